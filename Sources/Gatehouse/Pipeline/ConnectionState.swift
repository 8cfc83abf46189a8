import GatehouseAudit
import NIOCore

/// The pipeline's state of one connection. Bound to its event loop.
///
/// Properties that each message uses are not checked for exclusive access: only the event loop touches them, and no change of one calls out.
package final class ConnectionState {
    /// An opaque handle for staff. It is no session id and grants nothing.
    package let reference: String
    /// The actor before a token: the address.
    let actor: AuditActor
    let opened: NIODeadline
    package internal(set) var violations = 0
    /// The latest user who has joined on it: whose it was, when it is closed.
    var user: UserID?
    @safe @exclusivity(unchecked) var messages: UInt64 = 0
    /// The end of the connection regardless of tokens (`max_session`).
    var sessionEnd: NIODeadline?
    /// Handlers that somebody waits for, with their deadlines.
    var running: [RunningHandler] = []
    /// Streams that handlers have returned and that have not ended.
    var streams: [RunningStream] = []
    /// Tasks of handlers and hooks that have not ended, whether somebody waits for them or not: what is cancelled may take its time.
    var unfinished = 0
    /// One for each policy that the connection has come under.
    private var debts: [ConnectionDebt] = []

    init(reference: String, actor: AuditActor, opened: NIODeadline) {
        self.reference = reference
        self.actor = actor
        self.opened = opened
    }

    /// The debt of the connection under a policy, also for namespaces that it has left or never joined.
    func debt(under policy: Int) -> ConnectionDebt {
        if let known = debts.first(where: { $0.policy == policy }) { return known }
        let debt = ConnectionDebt(policy: policy)
        debts.append(debt)
        return debt
    }
}

@available(*, unavailable)
extension ConnectionState: Sendable {}
