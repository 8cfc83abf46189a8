package import EngineIO
import GatehouseAudit
import NIOCore
package import SocketIO

/// How long a connection lives: no longer than the first of its tokens (SEC-16).
extension Pipeline {
    /// The longest time between two looks at the wall clock: a clock that was set is noticed within it (R26).
    private static let recheck: TimeAmount = .seconds(60)

    /// Sees to it that the connection is closed at `exp`.
    /// - Parameter expires: seconds since 1970.
    func end(_ connection: SocketIOConnection, at expires: Double) {
        guard let state = connection.connectionState else { return }
        let milliseconds = Int64(exactly: (expires * 1_000).rounded(.down)) ?? .max
        state.tokenEnd = min(state.tokenEnd ?? .max, milliseconds)
        arm(connection, state)
    }

    /// Sets the connection's one deadline to whatever comes first: a token's end, or a handler's.
    func arm(_ connection: SocketIOConnection, _ state: ConnectionState) {
        var next: NIODeadline?
        if let end = state.tokenEnd {
            let left = max(0, end - runtime.clock.wallMilliseconds())
            next = loop.now + min(.milliseconds(left), Self.recheck)
        }
        for handler in state.running { next = next.map { min($0, handler.deadline) } ?? handler.deadline }
        connection.setApplicationDeadline(next) { [unowned self, unowned connection] in reached(connection) }
    }

    private func reached(_ connection: SocketIOConnection) {
        guard let state = connection.connectionState, !connection.isClosed else { return }
        let now = loop.now
        for handler in state.running where handler.deadline <= now { timedOut(handler) }
        if let end = state.tokenEnd, end <= runtime.clock.wallMilliseconds() {
            let id = audit.ids.next()
            let actor = connection.sockets.first?.clientState?.actor ?? state.actor
            let decision = audit.record(
                AuditRecord(
                    .authExpired, actor: actor,
                    decision: AuditDecision(id: id, effect: .deny, rule: "builtin.token", reason: "expired", generation: 0)))
            return connection.close(ConnectionClosure(.tokenExpired, decision: decision))
        }
        arm(connection, state)
    }

    package func connectionClosed(_ connection: SocketIOConnection, reason: EngineCloseReason, fault: PacketError?) {
        guard let state = connection.connectionState else { return }
        for handler in state.running { handler.cancel() }
        state.running = []
        var detail: AuditDetail = [
            "reason": .string(fault == nil ? reason.description : DisconnectReason.parseError.rawValue),
            "messages": .integer(Int64(clamping: state.messages)),
            "ms": .integer((loop.now - state.opened).nanoseconds / 1_000_000),
        ]
        if let fault { detail.append("fault", .string(fault.code.rawValue)) }
        if reason == .slowConsumer { audit.log.record(AuditRecord(.sessionSlow, actor: state.actor)) }
        audit.log.record(AuditRecord(.connectionClosed, actor: state.actor, detail: detail))
    }
}
