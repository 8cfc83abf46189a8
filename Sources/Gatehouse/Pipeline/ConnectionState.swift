import GatehouseAudit
import NIOCore

/// What the pipeline keeps with one connection. Bound to its event loop.
package final class ConnectionState {
    /// An opaque handle for staff. It is no session id and grants nothing.
    package let reference: String
    /// Who this is until a token says more: the address.
    let actor: AuditActor
    let opened: NIODeadline
    package internal(set) var violations = 0
    var messages: UInt64 = 0
    /// When the connection is over whatever tokens say (`max_session`).
    var sessionEnd: NIODeadline?
    /// Handlers that somebody waits for, with their deadlines.
    var running: [RunningHandler] = []
    /// Tasks of handlers and hooks that have not ended, whether somebody waits for them or not: what is cancelled may take its time.
    var unfinished = 0
    /// One for each policy that the connection has come under.
    private var debts: [ConnectionDebt] = []

    init(reference: String, actor: AuditActor, opened: NIODeadline) {
        self.reference = reference
        self.actor = actor
        self.opened = opened
    }

    /// What the connection owes under a policy, whether it is in the namespace now, was before, or has never been.
    func debt(under policy: Int) -> ConnectionDebt {
        if let known = debts.first(where: { $0.policy == policy }) { return known }
        let debt = ConnectionDebt(policy: policy)
        debts.append(debt)
        return debt
    }
}

@available(*, unavailable)
extension ConnectionState: Sendable {}
