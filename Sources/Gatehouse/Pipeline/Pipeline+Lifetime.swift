package import EngineIO
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import NIOCore
package import SocketIO

/// How long a connection lives: no longer than the first of its tokens (SEC-16), nor than `max_session`.
extension Pipeline {
    /// The longest time between two reads of the wall clock, so that a changed clock is noticed (R26).
    private static let recheck: TimeAmount = .seconds(60)

    /// Sees to it that the connection ends in time, once a socket has joined it.
    func limitLife(of connection: SocketIOConnection, _ policy: TokenPolicy) {
        guard let state = connection.connectionState else { return }
        if let longest = policy.maxSession {
            let end = state.opened + .nanoseconds(longest)
            state.sessionEnd = state.sessionEnd.map { min($0, end) } ?? end
        }
        arm(connection, state)
    }

    /// Sets the connection's one deadline to whatever comes first: a token's end or the notice before it, the longest session, a handler's time.
    func arm(_ connection: SocketIOConnection, _ state: ConnectionState) {
        var next = state.sessionEnd
        func consider(_ deadline: NIODeadline) { next = next.map { min($0, deadline) } ?? deadline }
        let wall = runtime.clock.wallMilliseconds()
        for socket in connection.sockets {
            guard let due = socket.clientState?.nextTokenEvent else { continue }
            consider(loop.now + min(.milliseconds(max(0, due - wall)), Self.recheck))
        }
        for handler in state.running { consider(handler.deadline) }
        connection.setApplicationDeadline(next) { [unowned self, unowned connection] in reached(connection) }
    }

    private func reached(_ connection: SocketIOConnection) {
        guard let state = connection.connectionState, !connection.isClosed else { return }
        let now = loop.now
        for handler in state.running where handler.deadline <= now { timedOut(handler) }
        let wall = runtime.clock.wallMilliseconds()
        for socket in connection.sockets {
            guard let client = socket.clientState, let end = client.tokenEnd else { continue }
            if end <= wall { return expire(connection, client) }
            if let limit = client.reauthentication?.by, limit <= wall { return requireAuthentication(connection, client) }
            if let notice = client.expiryNotice, notice <= wall {
                client.toldOfEnd()
                socket.emitSystem(.authExpiring, ExpiryNotice(milliseconds: min(end, client.reauthentication?.by ?? end)))
            }
        }
        if let end = state.sessionEnd, end <= now { return connection.close(ConnectionClosure(.sessionMaxAge)) }
        arm(connection, state)
    }

    private func expire(_ connection: SocketIOConnection, _ client: ClientState) {
        let decision = audit.record(
            AuditRecord(
                .authExpired, actor: client.actor, target: AuditTarget(namespace: client.client.namespace.name),
                decision: AuditDecision(
                    id: audit.ids.next(), effect: .deny, rule: "builtin.token", reason: "expired", generation: client.policy.generation)))
        connection.close(ConnectionClosure(.tokenExpired, decision: decision))
    }

    package func connectionClosed(_ connection: SocketIOConnection, reason: EngineCloseReason, fault: PacketError?) {
        guard let state = connection.connectionState else { return }
        loop.counters.receivedFromClosed &+= state.messages
        var detail: AuditDetail = [
            "reason": .string(fault == nil ? reason.description : DisconnectReason.parseError.rawValue),
            "messages": .integer(Int64(clamping: state.messages)),
            "ms": .integer((loop.now - state.opened).nanoseconds / 1_000_000),
        ]
        audit.tellClosed(
            connection, reason: fault == nil ? reason.description : DisconnectReason.parseError.rawValue,
            milliseconds: (loop.now - state.opened).nanoseconds / 1_000_000)
        if let fault { detail.append("fault", .string(fault.code.rawValue)) }
        if reason == .slowConsumer { audit.log.record(AuditRecord(.sessionSlow, actor: state.actor)) }
        audit.log.record(AuditRecord(.connectionClosed, actor: state.actor, detail: detail))
    }
}

/// The payload of `auth.expiring`, and the ack of `auth.refresh`: when the token ends, in seconds since 1970.
struct ExpiryNotice: JSONEncodable {
    let milliseconds: Int64

    func encode(to writer: inout JSONWriter) {
        writer.object { $0.member("exp", milliseconds / 1_000) }
    }
}
