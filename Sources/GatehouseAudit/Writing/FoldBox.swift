internal import NIOConcurrencyHelpers

/// The fold table behind a lock: event loops count, the writer takes out.
final class FoldBox: Sendable {
    private let table: NIOLockedValueBox<FoldTable>

    init(window: UInt64, limit: Int) {
        table = NIOLockedValueBox(FoldTable(window: window, limit: limit))
    }

    /// The second value says that the writer does not yet know when to come.
    func admit(_ record: AuditRecord, wall: Int64, mono: UInt64) -> (FoldTable.Verdict, isFirstWindow: Bool) {
        table.withLockedValue { table in
            let wasIdle = table.nextExpiry == nil
            return (table.admit(record, wall: wall, mono: mono), wasIdle)
        }
    }

    func expire(at mono: UInt64) -> [AuditRecord] {
        table.withLockedValue { $0.expire(at: mono) }
    }

    var nextExpiry: UInt64? { table.withLockedValue { $0.nextExpiry } }
}
