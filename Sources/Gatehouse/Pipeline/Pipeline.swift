import EngineIO
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import Logging
import NIOCore
package import SocketIO

/// The pipeline of every connection and every message on one event loop. Bound to that loop.
///
/// Its parts are in the files beside this one: `Pipeline+Connect` (before CONNECT is acknowledged), `Pipeline+Event` (a message),
/// `Pipeline+Run` (handlers that suspend), `Pipeline+Reply` (answers), `Pipeline+Lifetime` (deadlines and ends).
///
/// Properties that each message uses are not checked for exclusive access: only the event loop touches them, and no change of one calls out.
package final class Pipeline: SocketIOApplication {
    let runtime: ServerRuntime
    let loop: SocketIOLoop
    let server: ServerHandle
    let audit: PipelineAudit
    let tally = LoopTally()
    let outbox: FeedOutbox
    /// Tells rooms of changes on this loop.
    private let presence: PresenceReporter
    private var historySweep: HistorySweep?
    let executor: LoopTaskExecutor
    let logger: Logger
    /// The policies on this loop. They change between two messages, never within one (POL-08).
    @safe @exclusivity(unchecked) private(set) var inForce: PolicyInForce
    /// By receive rights; as many as there are combinations of rules that hold for someone.
    private var audiences: [Grants.ReceiveClass: Audience] = [:]
    /// The restrictions that this loop last looked at, and their number.
    @safe @exclusivity(unchecked) private var restrictionsSeen: (set: RestrictionSet, number: UInt64) = (.none, 0)
    /// The names of events that handlers have answered with; 1,024 at most.
    var answeredEvents: Set<String> = []

    package init(runtime: ServerRuntime, loop: SocketIOLoop) {
        self.runtime = runtime
        self.loop = loop
        server = ServerHandle(runtime: runtime)
        outbox = FeedOutbox(runtime.feed, on: loop.eventLoop, clock: runtime.clock)
        audit = PipelineAudit(
            log: runtime.audit, refusals: runtime.refusals, clock: runtime.clock, feed: runtime.feed, outbox: outbox, tally: tally)
        presence = PresenceReporter(runtime.presence, runtime.sockets, on: loop.engine)
        executor = LoopTaskExecutor(loop.entrance)
        logger = runtime.logger
        inForce = runtime.policies.inForce
        loop.audienceGeneration = inForce.bundle.generation
        configureKeeping()
    }

    /// Nanoseconds for rate buckets; read once for a batch of messages.
    var rateNow: Int64 { Int64(clamping: loop.now.uptimeNanoseconds) }

    var wallSeconds: Int64 { runtime.clock.wallMilliseconds() / 1_000 }

    /// The restrictions of staff that are in force now (MOD-62).
    var restrictions: RestrictionSet {
        let number = runtime.restrictions.number
        guard number != restrictionsSeen.number else { return restrictionsSeen.set }
        let old = restrictionsSeen.set
        restrictionsSeen = runtime.restrictions.numbered
        runtime.restrictions.retire(old)
        return restrictionsSeen.set
    }

    func mounted(_ definition: NamespaceDefinition) -> MountedNamespace { runtime.mounted[definition.index] }

    /// The policy of what was mounted there: of a pattern's namespaces that of the pattern.
    func policy(of mounted: MountedNamespace, in bundle: PolicyBundle) -> NamespacePolicy? {
        bundle.namespaces[mounted.pattern.description]
    }

    // MARK: Rooms

    /// Puts a client into a room if the `rooms.join` rules allow it.
    func join(_ room: RoomName, _ socket: Socket, _ client: ClientState) throws {
        guard socket.isConnected, !socket.isIn(room.name) else { return }
        if let refusal = refusal(ofJoining: room.name, client) { throw refusal }
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
        let isAllowed = client.grants.decideReceive(event: client.policy.event(event), now: wallSeconds).isAllowed
        if !isAllowed || !client.mounted.declared.isEmpty { noteUnheard(event, client, isAllowed) }
        return isAllowed
    }

    /// MDL-21: what nobody can hear is not lost without a word.
    private func noteUnheard(_ event: String, _ client: ClientState, _ isAllowed: Bool) {
        runtime.unheard.check(event, in: client.mounted.pattern.description, generation: client.policy.generation) {
            let declared = client.mounted.declared
            if !declared.isEmpty, event != BuiltInEvent.presenceChanges, !declared.contains(event), !answeredEvents.contains(event) {
                return .undeclared
            }
            return isAllowed || client.policy.allowsSomebodyToReceive(event) ? nil : .noRule
        }
    }

    package func mayReceive(_ event: String, _ socket: Socket, under generation: UInt64) -> Bool {
        guard let client = socket.clientState else { return false }
        // Too long ago: its bundle is not kept, so the one in force decides.
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
        configureKeeping()
    }

    /// What the policies in force keep: for clients that come back, and of what was sent to rooms.
    private func configureKeeping() {
        configureRecovery()
        let bundle = inForce.bundle
        var histories: [Int: HistoryPolicy] = [:]
        for (index, mounted) in runtime.mounted.enumerated() {
            histories[index] = policy(of: mounted, in: bundle)?.settings.history
        }
        let isKept = runtime.history.configure(histories, generation: bundle.generation)
        runtime.sockets.recorder = isKept ? runtime.history : nil
        if isKept, historySweep == nil { historySweep = HistorySweep(runtime.history, on: loop.engine) }
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
        return FeedRooms(outbox, on: loop.eventLoop, presence: presence, before: hooks.isEmpty ? nil : RoomHooks(hooks, runtime.rooms))
    }

    package func connected(_ socket: Socket) {
        guard let state = socket.clientState else { return }
        var waiting = 0
        let client = state.client
        for hook in state.mounted.didConnect {
            let goesOn = RunningHook("didConnect", of: socket, logger).start(
                on: executor, timeout: TimeAmount(runtime.handlerTimeout),
                settled: {
                    waiting -= 1
                    guard waiting == 0, let socket = client.handle.onLoop else { return }
                    socket.connection.handlerFinished(socket)
                }
            ) { try await hook(client) }
            if goesOn { waiting += 1 }
        }
        // Its preparations must be complete before the first event.
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
        client.feed?.close()
        audit.tellLeft(socket, reason)
        var detail: AuditDetail = ["reason": .string(reason.rawValue)]
        // Nothing is dropped silently (REL-21).
        if socket.unhandledEvents > 0 { detail.append("unhandled_events", AuditScalar(socket.unhandledEvents)) }
        audit.log.record(
            AuditRecord(
                .namespaceLeft, actor: client.actor, target: AuditTarget(namespace: client.client.namespace.name), detail: detail))
        if let user = client.user, !socket.connection.sockets.contains(where: { $0.clientState?.user === user }) {
            runtime.users.leave(user, now: rateNow)
        }
        tellOfEnd(of: client.client, on: socket, reason, client.mounted.didDisconnect)
    }

    /// Runs the last hooks of a client. After them no data is kept with it.
    private func tellOfEnd(
        of client: Client, on socket: Socket, _ reason: DisconnectReason, _ hooks: [@Sendable (Client, DisconnectReason) async -> Void]
    ) {
        var running = 1
        let settled = {
            running -= 1
            if running == 0 { client.dropData() }
        }
        for hook in hooks {
            let goesOn = RunningHook("didDisconnect", of: socket, logger).start(
                on: executor, timeout: TimeAmount(runtime.handlerTimeout), settled: settled
            ) { await hook(client, reason) }
            if goesOn { running += 1 }
        }
        settled()
    }
}

@available(*, unavailable)
extension Pipeline: Sendable {}
