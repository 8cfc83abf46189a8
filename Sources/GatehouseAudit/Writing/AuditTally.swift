internal import NIOConcurrencyHelpers

/// How often each event happened since the start, whatever became of its record: folded, below its level or lost, it has happened.
final class AuditTally: Sendable {
    private let counts = NIOLockedValueBox<[AuditEvent: UInt64]>([:])

    func count(_ event: AuditEvent) { counts.withLockedValue { $0[event, default: 0] &+= 1 } }

    var current: [AuditEvent: UInt64] { counts.withLockedValue { $0 } }
}
