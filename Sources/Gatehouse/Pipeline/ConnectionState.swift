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
    /// Handlers that are running, with their deadlines.
    var running: [RunningHandler] = []

    init(reference: String, actor: AuditActor, opened: NIODeadline) {
        self.reference = reference
        self.actor = actor
        self.opened = opened
    }
}

@available(*, unavailable)
extension ConnectionState: Sendable {}
