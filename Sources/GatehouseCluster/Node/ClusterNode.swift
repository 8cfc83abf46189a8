#if Redis
    package import Gatehouse
    package import GatehouseAudit
    import GatehouseJSON
    import GatehousePolicy
    package import GatehouseRedis
    import NIOConcurrencyHelpers
    package import NIOCore
    import NIOPosix
    package import SocketIO

    /// A server's membership in a cluster over Redis: the adapter for its broadcasts, and what it does for other nodes (CLU-10…20). Any thread;
    /// everything is done on an event loop of its own.
    package final class ClusterNode: ClusterAdapter, ClusterMembership {
        package struct Options: Sendable {
            package var kind = ClusterAdapterKind.streams
            package var prefix = "socket.io"
            package var address: RedisAddress
            package var redis = RedisOptions()
            /// Whether newcomers are turned away while Redis is away, and a start without it is refused.
            package var isRequired = false
            /// Whether clients are let in before it is known what staff did elsewhere.
            package var servesBehind = false
            /// What the acts of staff are sealed with.
            package var key: MessageSeal?
            package var retention = SharedLogRetention()
            /// How long a start waits for Redis.
            package var startTimeout: TimeAmount = .seconds(5)

            package init(_ address: RedisAddress) { self.address = address }
        }

        private let options: Options
        private let format: any ClusterFormat
        /// How the sessions of clients stand in Redis.
        let keeping: SessionKeeping
        private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        private let entrance: LoopEntrance
        private let core: NIOLockedValueBox<NIOLoopBound<ClusterCore>?>
        private let runtime = NIOLockedValueBox<ServerRuntime?>(nil)
        private let state: NIOLockedValueBox<ClusterStatus>
        /// Whether it was said that another node has the name of this one.
        private let isNamesakeTold = NIOLockedValueBox(false)
        /// Requests of other nodes that are at work.
        private let atWork = NIOLockedValueBox(0)
        /// Since when nodes that have said who is there do not live.
        private let missing = NIOLockedValueBox<[String: NIODeadline]>([:])
        private static let atWorkLimit = 1_024

        package init(_ options: Options) {
            self.options = options
            format = options.kind.format(prefix: options.prefix)
            keeping = SessionKeeping(prefix: options.prefix, options.key)
            entrance = LoopEntrance(group.next())
            core = NIOLockedValueBox(nil)
            state = NIOLockedValueBox(
                ClusterStatus(
                    adapter: options.kind.rawValue, address: options.address.description, uid: format.uid, isRequired: options.isRequired))
        }

        // MARK: ClusterMembership

        package var servesBehind: Bool { options.servesBehind }
        package var key: MessageSeal? { options.key }

        package var log: any SharedLog {
            RedisActLog(
                prefix: options.prefix, ActSealing(options.key), options.retention,
                ask: { [weak self] command in
                    guard let self else { throw LoopEntrance.Ended() }
                    return try await withCore { $0.commands.ask(command) }
                },
                wait: { [weak self] command in
                    guard let self else { throw LoopEntrance.Ended() }
                    return try await withCore { $0.wait(command) }
                })
        }

        package var status: ClusterStatus { state.withLockedValue { $0 } }

        package func start(_ runtime: ServerRuntime) async throws(StartError) {
            self.runtime.withLockedValue { $0 = runtime }
            let started = runtime.started / 1_000
            let name = runtime.node
            let sockets = runtime.sockets
            let (format, options) = (format, options)
            let describe: @Sendable () -> ClusterNodeDescription = {
                let bundle = runtime.policies.current
                return ClusterNodeDescription(
                    uid: format.uid, name: name, adapter: options.kind.rawValue, started: started,
                    policyGeneration: Int(clamping: bundle.generation), policyHash: bundle.sha256, clients: runtime.users.count)
            }
            if format.stream != nil {
                sockets.share()
                runtime.history.share()
            }
            entrance.execute { [self] in
                let eventLoop = entrance.eventLoop
                let core = ClusterCore(
                    format, registry: NodeRegistry(prefix: options.prefix), options.address, options.redis,
                    namespaces: sockets.namespaces.map(\.namespace.name), on: eventLoop,
                    server: ClusterCore.Server(
                        received: { [weak self] in self?.received($0, $1, sockets) }, changed: { [weak self] in self?.changed() },
                        policiesDiffer: { [weak runtime] groups in
                            let parts = groups.map { "\($0.nodes.joined(separator: ", ")) (sha256 \($0.policies.prefix(12)))" }
                            runtime?.logError(
                                "the nodes have had different policies for a minute: \(parts.joined(separator: "; ")); reload them")
                        },
                        definition: { Namespace($0).flatMap { sockets.definition($0) } }, describe: describe,
                        returned: { [weak self] in self?.returned($0, sockets) },
                        read: { place in for one in sockets.namespaces { one.recovery?.read(upTo: place) } },
                        missed: { [weak self, weak runtime] place in
                            for one in sockets.namespaces { one.recovery?.missed(place) }
                            // Who came and left meanwhile is asked for.
                            let showsPresence = runtime?.policies.current.namespaces.values.contains { $0.settings.presence != nil }
                            guard showsPresence == true, let first = sockets.namespaces.first else { return }
                            self?.tell(ClusterWord(.whoIsThere, .null), in: first)
                        },
                        past: { [weak self] in self?.past($0, $1, age: $2, sockets) }))
                self.core.withLockedValue { $0 = NIOLoopBound(core, eventLoop: eventLoop) }
                core.start()
            }
            let isThere = await waitForConnection()
            sockets.adapter = self
            guard !isThere else { return }
            let error = status.lastError ?? "it does not answer"
            // A server of another kind does not become the right one.
            guard !options.isRequired, !status.isUnsupported else {
                await stop()
                let need = options.isRequired ? ", and it is required" : ""
                throw StartError(
                    code: .configuration, message: "the cluster's Redis, \(options.address), cannot be used\(need): \(error)")
            }
            runtime.logError("the cluster's Redis, \(options.address), cannot be used yet; this node is alone until it answers: \(error)")
        }

        private func waitForConnection() async -> Bool {
            let end = NIODeadline.now() + options.startTimeout
            while NIODeadline.now() < end {
                if status.isConnected { return true }
                // A wrong password does not become right.
                if status.isRefused { return false }
                try? await Task.sleep(for: .milliseconds(10))
            }
            return false
        }

        package func stop() async {
            runtime.withLockedValue { runtime in
                runtime?.sockets.adapter = nil
                runtime = nil
            }
            _ = try? await withCore { $0.stop() }
            core.withLockedValue { $0 = nil }
            entrance.end()
            try? await group.shutdownGracefully()
        }

        /// Runs on the cluster's loop, and waits for what comes of it.
        func withCore<Value: Sendable>(
            _ body: @escaping @Sendable (ClusterCore) -> EventLoopFuture<Value>
        ) async throws -> Value {
            guard let bound = core.withLockedValue({ $0 }) else { throw LoopEntrance.Ended() }
            return try await withCheckedThrowingContinuation { continuation in
                let isTaken = entrance.execute { body(bound.value).whenComplete { continuation.resume(with: $0) } }
                if !isTaken { continuation.resume(throwing: LoopEntrance.Ended()) }
            }
        }

        func onCore(_ body: @escaping @Sendable (ClusterCore) -> Void) {
            guard let bound = core.withLockedValue({ $0 }) else { return }
            entrance.execute { body(bound.value) }
        }

        /// Takes a new look at the connections; on the cluster's loop.
        private func changed() {
            guard let core = core.withLockedValue({ $0 })?.value else { return }
            let was = status.isConnected
            state.withLockedValue { state in
                state.isConnected = core.isConnected
                state.isSending = core.commands.isOpen
                state.lastError = core.lastError?.description
                state.isRefused = core.lastError?.isRefusal == true
                state.isUnsupported = core.lastError?.code == .unsupported
                state.nodes = core.nodes.map { node in
                    ClusterStatus.Node(name: node.name, uid: node.uid, policyGeneration: node.policyGeneration, policyHash: node.policyHash)
                }
            }
            guard let runtime = runtime.withLockedValue({ $0 }) else { return }
            forgetDead(core.nodes, runtime)
            let hasNamesake = core.nodes.contains { $0.name == runtime.node && $0.uid != format.uid }
            // A node that was killed lives on in the registry for a while, so a restart is no reason to say it.
            if core.nodes.contains(where: { $0.uid == format.uid }), hasNamesake, core.isLongThere,
                !isNamesakeTold.withLockedValue({ told in
                    defer { told = true }; return told
                })
            {
                runtime.logError(
                    "another node of the cluster is named \(runtime.node), too: give each its own --node, since audit records and acts name nodes"
                )
            }
            guard was != core.isConnected else { return }
            if core.isConnected {
                runtime.logNotice("joined the cluster at \(options.address) as \(format.uid)")
            } else {
                runtime.logError("the cluster's Redis, \(options.address), is away; this node serves its own clients meanwhile")
            }
        }

        /// A node that has died takes its users with it (PRE-02), once they have had the time to come back to another one.
        private func forgetDead(_ nodes: [ClusterNodeDescription], _ runtime: ServerRuntime) {
            // Before the first heartbeat, nobody is known.
            guard nodes.contains(where: { $0.uid == format.uid }) else { return }
            let living = Set(nodes.map(\.uid))
            let now = NIODeadline.now()
            runtime.presenceKept { node in
                missing.withLockedValue { missing in
                    guard !living.contains(node) else {
                        missing[node] = nil
                        return true
                    }
                    let since = missing[node] ?? now
                    missing[node] = now - since < Self.grace ? since : nil
                    return missing[node] != nil
                }
            }
        }

        private static let grace: TimeAmount = .seconds(5)

        package func measure() async -> ClusterStatus {
            let numbers = try? await withCore { core in
                core.eventLoop.makeSucceededFuture(
                    (
                        core.counters, core.commands.backlog, core.commands.dropped, core.commands.unanswered,
                        core.commands.refused, core.commands.connections, core.lastError
                    ))
            }
            var status = status
            guard let (counters, backlog, dropped, unanswered, refused, connections, error) = numbers else { return status }
            status.lastError = error?.description
            status.published = counters.published
            status.received = counters.received
            status.refused = counters.refused
            status.overLimit = counters.overLimit
            status.backlog = backlog.commands
            status.backlogBytes = backlog.bytes
            status.dropped = dropped
            status.unanswered = unanswered
            status.refusedByRedis = refused
            status.connections = connections
            return status
        }

        // MARK: ClusterAdapter

        /// The server of this node, while it runs.
        var server: SocketIOServer? { runtime.withLockedValue { $0?.sockets } }

        package var nodeCount: Int { max(1, status.nodes.count) }

        package func roomChanged(_ room: String, in namespace: NamespaceDefinition, isThere: Bool) {
            guard format.followsRooms else { return }
            let name = namespace.namespace.name
            onCore { $0.roomChanged(room, in: name, isThere: isThere) }
        }

        package func tell(_ word: ClusterWord, in namespace: NamespaceDefinition) {
            guard format.stream != nil else { return }
            let name = namespace.namespace.name
            let seal = try? options.key?.seal(Self.parts(word, name, format.uid))
            let message = ClusterMessage(sender: format.uid, namespace: name, .word(word, seal: seal))
            onCore { $0.publish(message) }
        }

        private static func parts(_ word: ClusterWord, _ namespace: String, _ uid: String) -> [String] {
            ["word", word.kind.rawValue, namespace, uid, word.value.serialized]
        }

        package var sessions: (any SharedSessions)? { format.stream == nil ? nil : self }

        package func publish(_ broadcast: Broadcast, at place: RecoveryOffset?) {
            guard let packet = ClusterPacket(broadcast) else { return }
            let audience = ClusterMessage.Audience(broadcast.target, isVolatile: broadcast.isVolatile)
            var message = ClusterMessage(
                sender: format.uid, namespace: broadcast.namespace.namespace.name, .broadcast(packet, audience, request: nil))
            if broadcast.recovery?.isShared == true, !broadcast.isVolatile {
                message.origin = place.map { RecoveryOffset(epoch: $0.epoch, position: $0.position) }
            }
            let whole = message
            onCore { $0.publish(whole) }
        }

        package func ask(_ broadcast: Broadcast, timeout: TimeAmount) async -> RemoteAnswers {
            var answers = RemoteAnswers()
            guard let packet = ClusterPacket(broadcast) else { return answers }
            let audience = ClusterMessage.Audience(
                broadcast.target, isVolatile: broadcast.isVolatile, timeout: Int(clamping: timeout.nanoseconds / 1_000_000))
            guard
                let (request, known) = await collect(
                    .acks, broadcast.namespace, timeout, { .broadcast(packet, audience, request: $0) })
            else { return answers }
            answers.answers = request.payloads
            answers.silentClients = request.silentClients
            answers.silentNodes = request.silentNodes(known: known)
            return answers
        }

        package func apply(_ act: SocketsAct, to target: BroadcastTarget, in namespace: NamespaceDefinition) {
            let audience = ClusterMessage.Audience(target)
            let body: ClusterMessage.Body =
                switch act {
                case .join(let rooms): .join(audience, rooms: rooms)
                case .leave(let rooms): .leave(audience, rooms: rooms)
                case .disconnect(let close): .disconnect(audience, close: close)
                }
            let message = ClusterMessage(sender: format.uid, namespace: namespace.namespace.name, body)
            onCore { $0.publish(message) }
        }

        package func sockets(in target: BroadcastTarget, of namespace: NamespaceDefinition, timeout: TimeAmount) async -> RemoteSockets {
            var sockets = RemoteSockets()
            let audience = ClusterMessage.Audience(target)
            guard let (request, known) = await collect(.sockets, namespace, timeout, { .fetchSockets(audience, request: $0) }) else {
                return sockets
            }
            sockets.items = request.payloads.flatMap(RemoteSockets.Item.all)
            sockets.silentNodes = request.silentNodes(known: known)
            return sockets
        }

        package func emitToServers(_ packet: ClusterPacket, in namespace: NamespaceDefinition) {
            let message = ClusterMessage(
                sender: format.uid, namespace: namespace.namespace.name, .serverSideEmit(packet, request: nil))
            onCore { $0.publish(message) }
        }

        package func askServers(_ packet: ClusterPacket, in namespace: NamespaceDefinition, timeout: TimeAmount) async -> ServerAnswers {
            var answers = ServerAnswers()
            guard let (request, known) = await collect(.servers, namespace, timeout, { .serverSideEmit(packet, request: $0) }) else {
                return answers
            }
            answers.answers = request.payloads.compactMap { try? JSONValue(parsing: $0.data, limits: .maximum) }
            answers.silentNodes = request.silentNodes(known: known)
            return answers
        }

        private func collect(
            _ kind: PendingRequest.Kind, _ namespace: NamespaceDefinition, _ timeout: TimeAmount,
            _ body: @escaping @Sendable (String) -> ClusterMessage.Body
        ) async -> (PendingRequest, KnownNodes)? {
            let name = namespace.namespace.name
            return try? await withCore { core in
                let bound = NIOLoopBound(core, eventLoop: core.eventLoop)
                return core.ask(kind, in: name, timeout: timeout, body).map { ($0, bound.value.known) }
            }
        }

        // MARK: For other nodes

        /// On the cluster's loop.
        private func received(_ message: ClusterMessage, _ definition: NamespaceDefinition, _ sockets: SocketIOServer) {
            switch message.body {
            case .broadcast(let packet, let audience, nil):
                sockets.broadcastHere(
                    Self.broadcast(packet, audience, definition, ackID: nil), shared: message.position, origin: message.origin)
            case .word(let word, let seal): heard(word, seal, message.sender, definition, sockets)
            case .join(let audience, let rooms): act(.join(rooms), audience, definition, sockets)
            case .leave(let audience, let rooms): act(.leave(rooms), audience, definition, sockets)
            case .disconnect(let audience, let close): act(.disconnect(close: close), audience, definition, sockets)
            default: work(message, definition, sockets)
            }
        }

        /// A message of this node has come back by the stream; on the cluster's loop.
        private func returned(_ message: ClusterMessage, _ sockets: SocketIOServer) {
            guard let position = message.position, let definition = Namespace(message.namespace).flatMap({ sockets.definition($0) })
            else { return }
            switch message.body {
            case .broadcast(let packet, let audience, nil):
                sockets.recordOwn(
                    Self.broadcast(packet, audience, definition, ackID: nil), at: position, origin: message.origin, in: definition)
            // What was redacted may have been on its way to this node, before the word in the stream.
            case .word(let word, let seal) where word.kind == .redacted: heard(word, seal, message.sender, definition, sockets)
            default: break
            }
        }

        /// A message from before this node was there: it is kept for clients that come back and for histories; nobody gets it now.
        private func past(_ message: ClusterMessage, _ definition: NamespaceDefinition, age: TimeAmount, _ sockets: SocketIOServer) {
            guard let position = message.position else { return }
            switch message.body {
            case .broadcast(let packet, let audience, nil):
                sockets.recordPast(
                    Self.broadcast(packet, audience, definition, ackID: nil), at: position, origin: message.origin, age: age)
            case .word(let word, let seal) where word.kind == .redacted: heard(word, seal, message.sender, definition, sockets)
            default: break
            }
        }

        /// With a key of the cluster, only its nodes are listened to.
        private func heard(
            _ word: ClusterWord, _ seal: String?, _ sender: String, _ definition: NamespaceDefinition, _ sockets: SocketIOServer
        ) {
            if let key = options.key {
                guard let seal, key.isGenuine(seal, of: Self.parts(word, definition.namespace.name, sender)) else {
                    return onCore { $0.refuse("seal") }
                }
            }
            switch word.kind {
            case .redacted:
                guard let room = word.value["room"]?.stringValue, let id = word.value["id"]?.stringValue else {
                    return onCore { $0.refuse("word") }
                }
                sockets.redactHere(id, in: room, of: definition)
            case .presence:
                guard let runtime = runtime.withLockedValue({ $0 }) else { return }
                if !runtime.presenceHeard(word.value, of: sender, in: definition) { onCore { $0.refuse("word") } }
            case .whoIsThere: runtime.withLockedValue { $0 }?.presenceAsked()
            }
        }

        /// What staff of this node have closed stays closed for acts of other nodes.
        private func act(
            _ act: SocketsAct, _ audience: ClusterMessage.Audience, _ definition: NamespaceDefinition, _ sockets: SocketIOServer
        ) {
            sockets.applyHere(act, to: audience.target, in: definition) { socket, room in try? socket.joinByServer(room) }
        }

        private static func broadcast(
            _ packet: ClusterPacket, _ audience: ClusterMessage.Audience, _ definition: NamespaceDefinition, ackID: UInt64?
        ) -> Broadcast {
            // Events of other nodes have their place among those of this one, for its own clients that come back.
            let recovery = ackID == nil ? definition.recoveryInForce : nil
            return Broadcast(
                namespace: definition, event: packet.event,
                message: packet.message(prefix: definition.prefix, ackID: ackID, offsetLength: recovery?.offsetLength ?? 0),
                target: audience.target, isVolatile: audience.isVolatile, isLocal: true, recovery: recovery)
        }

        /// What needs an answer, and so takes time.
        private func work(_ message: ClusterMessage, _ definition: NamespaceDefinition, _ sockets: SocketIOServer) {
            let isTaken = atWork.withLockedValue { count in
                guard count < Self.atWorkLimit else { return false }
                count += 1
                return true
            }
            guard isTaken else { return onCore { $0.refuseOverLimit() } }
            Task { [self] in
                await answer(message, definition, sockets)
                atWork.withLockedValue { $0 -= 1 }
            }
        }

        private func answer(_ message: ClusterMessage, _ definition: NamespaceDefinition, _ sockets: SocketIOServer) async {
            let requester = message.sender
            let namespace = message.namespace
            let answer: @Sendable (ClusterMessage.Body) -> Void = { [self] body in
                let message = ClusterMessage(sender: format.uid, namespace: namespace, body)
                onCore { $0.publish(message, to: requester) }
            }
            switch message.body {
            case .broadcast(let packet, let audience, let request?):
                let id = sockets.nextAckID()
                // No peer makes a socket wait for longer than a minute.
                let timeout = TimeAmount.milliseconds(Int64(min(max(audience.timeout ?? 5_000, 1), 60_000)))
                let asked = await sockets.askHere(
                    Self.broadcast(packet, audience, definition, ackID: id), ackID: id, timeout: timeout
                ) { answer(.ack(request: request, ClusterPacket($0))) }
                answer(.clientCount(request: request, asked))
            case .fetchSockets(let audience, let request):
                guard let runtime = runtime.withLockedValue({ $0 }) else { return }
                let (node, clock, target) = (runtime.node, runtime.clock, audience.target)
                let found = await sockets.socketsHere(in: target, of: definition) { socket in
                    JSONValue.object(
                        socket.forOtherNodes(node, since: socket.presentSince(in: target, wall: clock.wallMilliseconds())))
                }
                var data = ByteBuffer()
                JSONValue.array(found).write(to: &data)
                answer(.sockets(request: request, ClusterPacket(data: data)))
            case .fetchRooms(let request):
                let names = (try? await sockets.gather(definition) { Array($0.rooms.keys) }) ?? []
                answer(.rooms(request: request, Set(names.flatMap { $0 }).sorted()))
            case .serverSideEmit(let packet, let request):
                guard let value = try? JSONValue(parsing: packet.data, limits: .maximum), let parts = value.arrayValue,
                    let listener = sockets.serverSideEvents.listener(for: packet.event, in: definition.namespace)
                else { return }
                let result = await listener(Array(parts.dropFirst()))
                guard let request else { return }
                var data = ByteBuffer()
                (result ?? .null).write(to: &data)
                answer(.serverSideAnswer(request: request, ClusterPacket(data: data)))
            default: break
            }
        }
    }
#endif
