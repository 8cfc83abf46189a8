internal import NIOConcurrencyHelpers

/// The fold table behind a lock: event loops count, the writer removes.
final class FoldBox: Sendable {
    private let table: NIOLockedValueBox<FoldTable>
    private let budget: NIOLockedValueBox<ActorBudget>

    init(window: UInt64, limit: Int, budget: ActorBudget) {
        table = NIOLockedValueBox(FoldTable(window: window, limit: limit))
        self.budget = NIOLockedValueBox(budget)
    }

    /// Whether an actor may add a record of so many bytes as it is.
    func takes(_ bytes: Int, of actor: AuditActor, mono: UInt64) -> Bool {
        budget.withLockedValue { $0.take(bytes, of: actor, mono: mono) }
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
