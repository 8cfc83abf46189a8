internal import NIOConcurrencyHelpers

/// The number of occurrences of each event since the start, whether its record was written, folded, below its level or lost.
final class AuditTally: Sendable {
    private let counts = NIOLockedValueBox<[AuditEvent: UInt64]>([:])

    func count(_ event: AuditEvent) { counts.withLockedValue { $0[event, default: 0] &+= 1 } }

    var current: [AuditEvent: UInt64] { counts.withLockedValue { $0 } }
}
