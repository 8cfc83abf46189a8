import EngineIO
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import Logging
import NIOCore
package import SocketIO

/// The one way of every connection and every message on one event loop. Bound to that loop.
///
/// Its parts are in the files beside this one: `Pipeline+Connect` (before CONNECT is acknowledged), `Pipeline+Event` (a message),
/// `Pipeline+Run` (handlers that suspend), `Pipeline+Reply` (answers), `Pipeline+Lifetime` (deadlines and ends).
package final class Pipeline: SocketIOApplication {
    let runtime: ServerRuntime
    let loop: SocketIOLoop
    let server: ServerHandle
    let audit: PipelineAudit
    let executor: LoopTaskExecutor
    let logger: Logger
    /// The policies on this loop. They change between two messages, never within one (POL-08).
    private(set) var inForce: PolicyInForce
    /// By receive rights; as many as there are combinations of rules that hold for someone.
    private var audiences: [Grants.ReceiveClass: Audience] = [:]

    package init(runtime: ServerRuntime, loop: SocketIOLoop) {
        self.runtime = runtime
        self.loop = loop
        server = ServerHandle(runtime: runtime)
        audit = PipelineAudit(log: runtime.audit, refusals: runtime.refusals, clock: runtime.clock)
        executor = LoopTaskExecutor(loop.eventLoop)
        logger = runtime.logger
        inForce = runtime.policies.inForce
        loop.audienceGeneration = inForce.bundle.generation
    }

    /// Nanoseconds for rate buckets; read once for a batch of messages.
    var rateNow: Int64 { Int64(clamping: loop.now.uptimeNanoseconds) }

    var wallSeconds: Int64 { runtime.clock.wallMilliseconds() / 1_000 }

    func mounted(_ definition: NamespaceDefinition) -> MountedNamespace { runtime.mounted[definition.index] }

    /// The policy of what was mounted there: of a pattern's namespaces that of the pattern.
    func policy(of mounted: MountedNamespace, in bundle: PolicyBundle) -> NamespacePolicy? {
        bundle.namespaces[mounted.pattern.description]
    }

    // MARK: Rooms

    /// Puts a client into a room if the `rooms.join` rules allow it.
    func join(_ room: RoomName, _ socket: Socket, _ client: ClientState) throws {
        guard socket.isConnected, !socket.isIn(room.name) else { return }
        let decision = client.grants.decideJoin(room: room.name, now: wallSeconds)
        guard decision.isAllowed else {
            let id = audit.denied(
                .roomDenied, client, event: nil, room: room.name, rule: client.policy.ruleID(decision), reason: decision.reason.rawValue,
                generation: decision.generation, action: .join(room: room.name))
            let reply = client.policy.refusal(decision)
            var refusal = GatewayError(code: reply.code, message: reply.message)
            refusal.decided = GatewayError.Decided(id: id, client: socket.id)
            throw refusal
        }
        if let cap = client.policy.settings.maxRoomsPerConnection, socket.memberships.count >= cap {
            throw GatewayError(.limit, "You may be in \(cap) rooms here; leave one first")
        }
        do {
            try socket.join(room)
        } catch {
            throw GatewayError(.limit, error.message)
        }
        audit.roomJoined(room, client, decision)
    }

    // MARK: Outbound

    package func mayReceive(_ event: String, _ socket: Socket) -> Bool {
        guard let client = socket.clientState else { return false }
        return client.grants.decideReceive(event: client.policy.event(event), now: wallSeconds).isAllowed
    }

    package func mayReceive(_ event: String, _ socket: Socket, under generation: UInt64) -> Bool {
        guard let client = socket.clientState else { return false }
        // So long ago that its bundle is not kept: what is in force decides.
        guard let bundle = runtime.policies.bundle(generation: generation), generation != client.policy.generation else {
            return mayReceive(event, socket)
        }
        guard let policy = policy(of: client.mounted, in: bundle), let subject = subject(of: client, on: socket.connection, seenBy: bundle)
        else { return false }
        return policy.grants(for: subject).decideReceive(event: policy.event(event), now: wallSeconds).isAllowed
    }

    package func renewAudience(of socket: Socket) {
        guard let client = socket.clientState else { return }
        _ = isUpToDate(client, socket)
    }

    /// The policies of this loop from here on.
    func setInForce(_ policies: PolicyInForce) {
        inForce = policies
        audiences = [:]
        loop.audienceGeneration = policies.bundle.generation
    }

    /// The audience of a session. Where the rules look at the clock, the session is one of its own.
    func audience(for grants: Grants) -> Audience {
        guard let key = grants.receiveClass else { return Audience(generation: grants.generation) }
        if let known = audiences[key] { return known }
        let audience = Audience(generation: grants.generation)
        audiences[key] = audience
        return audience
    }

    // MARK: Life cycle

    package func roomObserver(of namespace: NamespaceDefinition) -> (any RoomObserver)? {
        let hooks = mounted(namespace).roomChanged
        return hooks.isEmpty ? nil : RoomHooks(hooks, runtime.rooms)
    }

    package func connected(_ socket: Socket) {
        guard let client = socket.clientState else { return }
        var waiting = 0
        for hook in client.mounted.didConnect {
            let client = client.client
            let goesOn = RunningHook("didConnect", of: socket, logger).start(
                on: executor, timeout: TimeAmount(runtime.handlerTimeout),
                settled: {
                    waiting -= 1
                    if waiting == 0 { socket.connection.handlerFinished(socket) }
                }
            ) { try await hook(client) }
            if goesOn { waiting += 1 }
        }
        // What it makes ready must be there for the first event.
        if waiting > 0 { socket.connection.holdEvents(of: socket) }
    }

    package func disconnecting(_ socket: Socket, reason: DisconnectReason) {
        guard let client = socket.clientState else { return }
        let rooms = socket.memberships.compactMap { RoomName($0.roomName) }
        for hook in client.mounted.willDisconnect { hook(client.client, rooms, reason) }
    }

    package func disconnected(_ socket: Socket, reason: DisconnectReason) {
        guard let client = socket.clientState else { return }
        cancelHandlers(of: socket)
        runtime.principals.note(client.principal)
        var detail: AuditDetail = ["reason": .string(reason.rawValue)]
        // Nothing is dropped silently (REL-21).
        if socket.unhandledEvents > 0 { detail.append("unhandled_events", AuditScalar(socket.unhandledEvents)) }
        audit.log.record(
            AuditRecord(
                .namespaceLeft, actor: client.actor, target: AuditTarget(namespace: client.client.namespace.name), detail: detail))
        if let user = client.user, !socket.connection.sockets.contains(where: { $0.clientState?.user === user }) {
            runtime.users.leave(user, now: rateNow)
        }
        for hook in client.mounted.didDisconnect {
            let client = client.client
            RunningHook("didDisconnect", of: socket, logger).start(on: executor, timeout: TimeAmount(runtime.handlerTimeout)) {
                await hook(client, reason)
            }
        }
    }
}

@available(*, unavailable)
extension Pipeline: Sendable {}
