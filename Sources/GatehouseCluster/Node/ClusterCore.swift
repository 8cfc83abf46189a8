#if Redis
    import GatehouseJSON
    import GatehouseRedis
    import NIOCore
    import SocketIO

    /// The part of a node that lives on the cluster's event loop: its connections, its requests, what it knows of the others.
    final class ClusterCore {
        /// What the server does for other nodes; it is called on the cluster's event loop.
        struct Server {
            /// A message of another node that wants something of this one.
            var received: (ClusterMessage, NamespaceDefinition) -> Void
            /// The state of the connections, or of the other nodes, has changed.
            var changed: () -> Void
            /// Nodes have had different policies for too long: their names, by their policies.
            var policiesDiffer: ([(policies: String, nodes: [String])]) -> Void
            var definition: (String) -> NamespaceDefinition?
            var describe: () -> ClusterNodeDescription
            /// A message of this node has come back by the stream.
            var returned: (ClusterMessage) -> Void
            /// Everything in the stream up to a place has been dealt with.
            var read: (SharedPosition) -> Void
            /// Entries up to a place cannot be read any more.
            var missed: (SharedPosition) -> Void
            /// A message from before this node was there.
            var past: (ClusterMessage, NamespaceDefinition, _ age: TimeAmount) -> Void
        }

        let format: any ClusterFormat
        let commands: RedisCommands
        let subscription: RedisSubscription
        let reader: RedisStreamReader?
        /// Waits for acts of staff.
        private let acts: RedisCommands
        let eventLoop: any EventLoop
        private let registry: NodeRegistry
        private let server: Server
        private var requests: [String: (request: PendingRequest, promise: EventLoopPromise<PendingRequest>, timeout: Scheduled<Void>)] = [:]
        private var heartbeat: RepeatedTask?
        /// On how many event loops a room has members, by its channel.
        private var roomLoops: [String: Int] = [:]
        private(set) var nodes: [ClusterNodeDescription] = []
        /// The names of the others.
        private(set) var known = KnownNodes()
        private(set) var counters = ClusterCounters()
        private var drift = PolicyDrift()
        /// How far the stream has been read.
        private var read = SharedPosition.start
        /// Who waits until the stream has been read up to a place.
        private var readers: [(id: UInt64, place: SharedPosition, promise: EventLoopPromise<Void>)] = []
        private var lastReader: UInt64 = 0
        /// Those that still wait, for Redis or for the stream.
        private var waiting: Set<UInt64> = []
        /// Up to here the stream was written before this node was there.
        private var end = SharedPosition.start
        /// Redis' clock then, in milliseconds.
        private var endTime: UInt64 = 0
        private let started = NIODeadline.now()
        private var isStopped = false
        /// Requests that wait at the same time.
        private static let requestLimit = 10_000

        init(
            _ format: any ClusterFormat, registry: NodeRegistry, _ address: RedisAddress, _ options: RedisOptions, namespaces: [String],
            on eventLoop: any EventLoop, server: Server
        ) {
            self.format = format
            self.registry = registry
            self.server = server
            self.eventLoop = eventLoop
            acts = RedisCommands(address, options, on: eventLoop)
            commands = RedisCommands(address, options, on: eventLoop)
            subscription = RedisSubscription(address, options, on: eventLoop)
            reader = format.stream.map { RedisStreamReader([$0], address, options, on: eventLoop) }
            for namespace in namespaces {
                for (kind, names) in format.subscriptions(of: namespace) { subscription.subscribe(names, as: kind) }
            }
        }

        func start() {
            // The connections are owned here, and so are their closures: no cycle outlives ``stop()``.
            subscription.received = { [unowned self] channel, bytes in
                take { () throws(ClusterFault) in try self.format.message(bytes, from: String(buffer: channel)) }
            }
            reader?.received = { [unowned self] _, entries in
                for entry in entries { take { () throws(ClusterFault) in try self.format.message(entry) } }
                if let last = entries.last.flatMap({ SharedPosition($0.id) }) { hasRead(last) }
            }
            reader?.located = { [unowned self] end, oldest, time in located(end, oldest, at: time) }
            commands.stateChanged = { [unowned self] isOpen in
                if isOpen { beat() }
                server.changed()
            }
            subscription.stateChanged = { [unowned self] _ in server.changed() }
            reader?.stateChanged = { [unowned self] _ in server.changed() }
            acts.stateChanged = { [unowned self] _ in server.changed() }
            commands.start()
            acts.start()
            subscription.start()
            reader?.start()
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            heartbeat = eventLoop.scheduleRepeatedTask(initialDelay: NodeRegistry.interval, delay: NodeRegistry.interval) { _ in
                bound.value.beat()
            }
        }

        /// Takes the node out of the registry, and ends the connections.
        func stop() -> EventLoopFuture<Void> {
            guard !isStopped else { return eventLoop.makeSucceededVoidFuture() }
            isStopped = true
            heartbeat?.cancel()
            for one in readers { one.promise.fail(RedisError(.stopped, "The connection to Redis has been stopped.")) }
            readers = []
            let pending = requests
            requests = [:]
            for one in pending.values {
                one.timeout.cancel()
                one.promise.succeed(one.request)
            }
            let goodbyes = registry.leave(format.uid).map { commands.ask($0) }
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            let promise = eventLoop.makePromise(of: Void.self)
            let limit = eventLoop.scheduleTask(in: .seconds(1)) { promise.succeed() }
            EventLoopFuture.whenAllComplete(goodbyes, on: eventLoop).whenComplete { _ in
                limit.cancel()
                promise.succeed()
            }
            return promise.futureResult.map {
                bound.value.commands.stop()
                bound.value.subscription.stop()
                bound.value.reader?.stop()
                bound.value.acts.stop()
            }
        }

        var isConnected: Bool { commands.isOpen && acts.isOpen && subscription.isComplete && reader?.isReadingNow != false }

        /// Whether nodes that ended before this one began are forgotten by now.
        var isLongThere: Bool { NIODeadline.now() - started > .seconds(Int64(NodeRegistry.lifetime) * 2) }

        var lastError: RedisError? { commands.lastError ?? acts.lastError ?? subscription.lastError ?? reader?.lastError }

        // MARK: Acts of staff

        /// Carries out a command that Redis may answer late; it must be shorter than the time that a connection may be silent.
        func wait(_ command: RedisCommand) -> EventLoopFuture<RedisValue> {
            guard !isStopped else {
                return eventLoop.makeFailedFuture(RedisError(.stopped, "The connection to Redis has been stopped."))
            }
            return acts.ask(command)
        }

        // MARK: Sending

        func publish(_ message: ClusterMessage, to requester: String? = nil) {
            do throws(ClusterFault) {
                commands.post(try format.command(for: message, to: requester))
                counters.published &+= 1
            } catch {
                counters.refuse("own_\(error.reason)")
            }
        }

        /// Sends a request and collects the answers, until all nodes have answered or the time is up.
        func ask(
            _ kind: PendingRequest.Kind, in namespace: String, timeout: TimeAmount, _ body: (String) -> ClusterMessage.Body
        ) -> EventLoopFuture<PendingRequest> {
            var request = PendingRequest(kind, in: namespace)
            guard commands.isOpen, !isStopped, requests.count < Self.requestLimit else {
                // Nobody can be asked; those who are known are silent.
                request.expect(others.count)
                return eventLoop.makeSucceededFuture(request)
            }
            let id = format.requestID()
            let promise = eventLoop.makePromise(of: PendingRequest.self)
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            let timer = eventLoop.scheduleTask(in: timeout) { bound.value.finish(id) }
            requests[id] = (request, promise, timer)
            let message = ClusterMessage(sender: format.uid, namespace: namespace, body(id))
            // Redis counts those who listen; only they can answer. It counts before the request goes out, on the same connection.
            commands.ask(format.count(of: namespace)).whenComplete { result in
                let core = bound.value
                let known = core.others.count
                let listening = (try? result.get())?.array?.last?.integer.map { Int(clamping: min(max($0, 1), Self.mostNodes)) - 1 }
                core.expect(listening ?? known, id)
            }
            publish(message)
            return promise.futureResult
        }

        private var others: [KnownNodes.Node] { known.living }

        private func expect(_ nodes: Int, _ id: String) {
            requests[id]?.request.expect(nodes)
            if requests[id]?.request.isComplete == true { finish(id) }
        }

        private func finish(_ id: String) {
            guard var one = requests.removeValue(forKey: id) else { return }
            // Redis has not even told how many there are.
            if one.request.expected == nil { one.request.expect(others.count) }
            one.timeout.cancel()
            one.promise.succeed(one.request)
        }

        // MARK: Rooms

        func roomChanged(_ room: String, in namespace: String, isThere: Bool) {
            guard let (kind, names) = format.subscription(of: room, in: namespace), let name = names.first else { return }
            // Each event loop has its own share of a room.
            let loops = max(0, roomLoops[name, default: 0] &+ (isThere ? 1 : -1))
            roomLoops[name] = loops == 0 ? nil : loops
            if isThere, loops == 1 { subscription.subscribe(names, as: kind) }
            if !isThere, loops == 0 { subscription.unsubscribe(names, as: kind) }
        }

        // MARK: Receiving

        private func take(_ read: () throws(ClusterFault) -> ClusterMessage?) {
            do throws(ClusterFault) {
                guard let message = try read() else { return }
                receive(message)
            } catch {
                counters.refuse(error.reason)
            }
        }

        private func receive(_ message: ClusterMessage) {
            guard !isStopped else { return }
            guard message.sender != format.uid else { return server.returned(message) }
            if let position = message.position, position <= end {
                guard let definition = server.definition(message.namespace) else { return }
                return server.past(message, definition, .milliseconds(Int64(clamping: endTime &- min(endTime, position.time))))
            }
            switch message.body {
            case .clientCount(let id, _), .ack(let id, _), .sockets(let id, _), .serverSideAnswer(let id, _), .rooms(let id, _):
                // An answer to somebody else's request, where all answers share a channel, is nobody's business here.
                guard requests[id]?.request.namespace == message.namespace else { return }
                counters.received &+= 1
                guard requests[id]?.request.take(message.body, from: message.sender) == true else { return counters.refuse("answer") }
                if requests[id]?.request.isComplete == true { finish(id) }
            case .initialHeartbeat, .heartbeat, .close: counters.received &+= 1
            default:
                // A request of our own comes back to us where all share a channel; a format with ids has been asked above.
                guard let definition = server.definition(message.namespace) else { return counters.refuse("unknown_namespace") }
                counters.received &+= 1
                server.received(message, definition)
            }
        }

        // MARK: The stream

        private func hasRead(_ place: SharedPosition) {
            read = max(read, place)
            server.read(read)
            let (there, waiting) = (readers.filter { $0.place <= read }, readers.filter { $0.place > read })
            readers = waiting
            for one in there { one.promise.succeed() }
        }

        /// How far back a node reads that begins: longer than any window of recovery, and as long as most histories.
        private static let past: UInt64 = 3_600_000

        /// Reading begins, or goes on after a while without a connection: what was cut off before it is missed.
        /// - Parameters:
        ///   - end: the last entry at the first time, later the last one that was read.
        ///   - oldest: the first entry that the stream still has.
        ///   - time: Redis' clock, in milliseconds.
        /// - Returns: where to begin; `nil` for where it was.
        private func located(_ end: String, _ oldest: String?, at time: UInt64?) -> String? {
            guard let place = SharedPosition(end) else { return nil }
            let first = oldest.flatMap { SharedPosition($0) }
            guard read == .start else {
                if let first, first > place { server.missed(first) }
                return nil
            }
            // What was sent lately is read back, for clients that come back and for histories.
            self.end = place
            endTime = time ?? place.time
            let start = SharedPosition(time: endTime &- min(endTime, Self.past), sequence: 0)
            guard start < place else {
                server.missed(place)
                hasRead(place)
                return nil
            }
            server.missed(max(start, first ?? start))
            return start.description
        }

        /// How long a client that comes back may wait for Redis.
        private static let patience: TimeAmount = .seconds(2)
        /// More nodes than there can be: a count beyond it is none.
        private static let mostNodes: Int64 = 1_000

        /// Carries out a command, and waits until the stream has been read up to a place that its answer names.
        func ask(_ command: RedisCommand, upTo place: @escaping (RedisValue) -> SharedPosition?) -> EventLoopFuture<RedisValue> {
            let promise = eventLoop.makePromise(of: RedisValue.self)
            let bound = NIOLoopBound((self, place), eventLoop: eventLoop)
            lastReader &+= 1
            let id = lastReader
            waiting.insert(id)
            let limit = eventLoop.scheduleTask(in: Self.patience) {
                bound.value.0.forgetReader(id)
                promise.fail(RedisError(.stalled, "Redis did not answer in time."))
            }
            commands.ask(command).flatMap { answer in
                let (core, place) = bound.value
                guard let place = place(answer), place > core.read, core.waiting.contains(id) else {
                    return core.eventLoop.makeSucceededFuture(answer)
                }
                let whole = core.eventLoop.makePromise(of: Void.self)
                guard core.readers.count < Self.requestLimit, !core.isStopped else {
                    whole.fail(RedisError(.stopped, "Too many clients wait for the stream."))
                    return whole.futureResult.map { answer }
                }
                core.readers.append((id, place, whole))
                return whole.futureResult.map { answer }
            }.cascade(to: promise)
            promise.futureResult.whenComplete { _ in
                bound.value.0.waiting.remove(id)
                limit.cancel()
            }
            return promise.futureResult
        }

        /// The place comes from a client, and may never be reached.
        private func forgetReader(_ id: UInt64) {
            waiting.remove(id)
            guard let index = readers.firstIndex(where: { $0.id == id }) else { return }
            readers.remove(at: index).promise.fail(RedisError(.stalled, "The stream did not come so far in time."))
        }

        /// Sends a command whose answer nobody waits for.
        /// - Parameter waits: whether it waits while Redis is away.
        func send(_ command: RedisCommand, waits: Bool) {
            if waits { commands.post(command) } else { _ = commands.ask(command) }
        }

        func refuse(_ reason: String) { counters.refuse(reason) }

        func refuseOverLimit() { counters.overLimit &+= 1 }

        // MARK: Who is there

        private func beat() {
            guard !isStopped, commands.isOpen else { return }
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            commands.ask(registry.beat(server.describe())).whenSuccess { answer in
                let core = bound.value
                core.nodes = core.registry.nodes(answer)
                let others = core.nodes.filter { $0.uid != core.format.uid }.map { KnownNodes.Node(uid: $0.uid, name: $0.name) }
                core.known.update(others, at: .now())
                core.server.changed()
                if let groups = core.drift.look(core.nodes, at: .now()) { core.server.policiesDiffer(groups) }
            }
        }
    }

    @available(*, unavailable)
    extension ClusterCore: Sendable {}
#endif
