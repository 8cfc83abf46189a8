import EngineIO
package import GatehouseJSON
import NIOConcurrencyHelpers
package import NIOCore
import Synchronization

/// State that the event loops of one server share: the declared namespaces, the limits, and access to every loop.
package final class SocketIOServer: Sendable {
    /// The namespaces that are declared by name.
    package let namespaces: [NamespaceDefinition]
    /// The declared patterns, each with its place in the list of all declarations.
    private let patterns: [(pattern: NamespacePattern, index: Int)]
    package let limits: SocketIOLimits
    package let jsonLimits: JSONLimits
    private let running = NIOLockedValueBox(Running())
    /// Listeners for events that other servers send to this one.
    package let serverSideEvents = ServerSideEvents()
    private let lastAckID = Atomic<UInt64>(0)
    private let isSharing = Atomic<Bool>(false)

    /// - Parameter declared: namespaces and patterns; no two of the patterns overlap.
    package init(_ declared: [NamespacePattern], limits: SocketIOLimits = SocketIOLimits(), jsonLimits: JSONLimits = .default) {
        namespaces = declared.enumerated().compactMap { index, one in
            one.namespace.map { NamespaceDefinition($0, index: index, recovery: RecoverySpace()) }
        }
        patterns = declared.enumerated().filter { $1.namespace == nil }.map { ($1, $0) }
        self.limits = limits
        self.jsonLimits = jsonLimits
    }

    private struct Running {
        var loops: [LoopReference] = []
        var adapter: (any ClusterAdapter)?
        var recorder: (any BroadcastRecorder)?
        /// That of the event loops.
        var clock = EngineClock.system
    }

    /// One event loop and the part of the server that lives on it.
    package struct LoopReference: Sendable {
        fileprivate let entrance: LoopEntrance
        private let bound: NIOLoopBound<SocketIOLoop>

        init(_ loop: SocketIOLoop) {
            entrance = loop.entrance
            bound = NIOLoopBound(loop, eventLoop: loop.eventLoop)
        }

        package var eventLoop: any EventLoop { entrance.eventLoop }

        /// Runs `body` on the loop: at once when called there. Does nothing once the loop has ended.
        package func execute(_ body: @escaping @Sendable (SocketIOLoop) -> Void) {
            if eventLoop.inEventLoop {
                body(bound.value)
            } else {
                entrance.execute { body(bound.value) }
            }
        }

        /// Runs `body` on the loop and gives its result.
        /// - Throws: ``LoopEntrance/Ended``.
        package func submit<Result: Sendable>(_ body: @escaping @Sendable (SocketIOLoop) -> Result) async throws -> Result {
            if eventLoop.inEventLoop { return body(bound.value) }
            return try await entrance.submit { body(bound.value) }
        }
    }

    func register(_ loop: SocketIOLoop) {
        let reference = LoopReference(loop)
        running.withLockedValue {
            $0.loops.append(reference)
            $0.clock = loop.engine.configuration.clock
        }
    }

    package var allLoops: [LoopReference] { running.withLockedValue { $0.loops } }

    /// Whether the event loops run.
    package var isRunning: Bool { running.withLockedValue { !$0.loops.isEmpty } }

    /// What carries acts to the other nodes of a cluster; `nil` for one node alone (CLU-01).
    package var adapter: (any ClusterAdapter)? {
        get { running.withLockedValue { $0.adapter } }
        set { running.withLockedValue { $0.adapter = newValue } }
    }

    /// What remembers events of rooms; `nil` if nothing does.
    package var recorder: (any BroadcastRecorder)? {
        get { running.withLockedValue { $0.recorder } }
        set { running.withLockedValue { $0.recorder = newValue } }
    }

    /// The monotonic time of the event loops.
    package var now: NIODeadline { running.withLockedValue { $0.clock }.now() }

    /// Called when the event loops end. From then on no broadcast goes out, and no stopped loop is used.
    package func removeLoops() {
        let ended = running.withLockedValue { running in
            defer { running = Running() }
            return running.loops
        }
        for loop in ended { loop.entrance.end() }
        for namespace in namespaces { namespace.recovery?.clear() }
    }

    /// The definition of a declared namespace, else of one that matches a pattern, even if it has no members.
    package func definition(_ namespace: Namespace) -> NamespaceDefinition? {
        if let declared = namespaces.first(where: { $0.namespace == namespace }) { return declared }
        return patterns.first { $0.pattern.contains(namespace) }.map {
            NamespaceDefinition(namespace, index: $0.index, isDynamic: true)
        }
    }

    /// Every namespace that exists now, by name: the declared ones, and those of patterns with members.
    package func liveNamespaces() async throws -> [NamespaceDefinition] {
        guard !patterns.isEmpty else { return namespaces }
        var dynamic: [String: NamespaceDefinition] = [:]
        for loop in allLoops {
            for one in try await loop.submit({ $0.dynamicNamespaces.values.map(\.definition) }) { dynamic[one.namespace.name] = one }
        }
        return namespaces + dynamic.values.sorted { $0.namespace.name < $1.namespace.name }
    }

    /// Ack ids are drawn from one sequence, so that one encoded broadcast can carry the same id to every member.
    package func nextAckID() -> UInt64 {
        lastAckID.wrappingAdd(1, ordering: .relaxed).newValue & (1 << 53 - 1)
    }

    /// Delivers an encoded event to every member of a target, on every event loop: one `execute` a loop, none for a socket. Other nodes get
    /// it through the ``adapter``.
    package func broadcast(_ broadcast: Broadcast) {
        let (loops, adapter, recorder) = running.withLockedValue { ($0.loops, $0.adapter, $0.recorder) }
        let place = queue(broadcast, on: loops)
        // First, so that the order in which one thread sends is the order on every node, whatever a delivery here sends in turn.
        if let adapter, !broadcast.staysHere { adapter.publish(broadcast, at: place) }
        // What the nodes share is recorded when it comes back from there, so that it has one place for all.
        if !isShared || broadcast.staysHere || broadcast.isVolatile { recorder?.record(broadcast, at: nil, age: .zero) }
        deliver(broadcast, on: loops)
    }

    /// Whether the nodes of a cluster share the order of events.
    package var isShared: Bool { isSharing.load(ordering: .relaxed) }

    /// From now on the nodes of a cluster share the order of events, and the sessions of clients that come back. Before the first event.
    package func share() {
        isSharing.store(true, ordering: .relaxed)
        for namespace in namespaces { namespace.recovery?.share() }
    }

    /// An event of this node has come back from where the nodes share them.
    package func recordOwn(
        _ broadcast: @autoclosure () -> Broadcast, at place: SharedPosition, origin: RecoveryOffset?, in namespace: NamespaceDefinition
    ) {
        if let origin { namespace.recovery?.place(origin, at: place, now: now) }
        recorder?.record(broadcast(), at: place, age: .zero)
    }

    /// An event from before this node was there: nobody gets it now.
    /// - Parameter age: how long ago it was sent.
    package func recordPast(_ broadcast: Broadcast, at place: SharedPosition, origin: RecoveryOffset?, age: TimeAmount) {
        let time = now - age
        broadcast.recovery?.publish(broadcast, to: [], at: time, shared: place, origin: origin)
        recorder?.record(broadcast, at: place, age: age)
    }

    /// Delivers an event to one client, on whose event loop it is.
    package func broadcast(_ broadcast: Broadcast, to client: SocketHandle) {
        if let recovery = broadcast.recovery {
            let (adapter, loops) = running.withLockedValue { ($0.adapter, $0.loops.filter { $0.eventLoop === client.eventLoop }) }
            let place = queue(broadcast, on: loops)
            // The client may come back elsewhere before it has got it.
            if recovery.isShared, !broadcast.staysHere, !broadcast.isVolatile { adapter?.publish(broadcast, at: place) }
            deliver(broadcast, on: loops)
        } else {
            client.execute { _ = $0.connection.loop.deliver(broadcast) }
        }
    }

    /// Gives an event its place among those that are kept for clients who come back.
    private func queue(
        _ broadcast: Broadcast, on loops: [LoopReference], shared: SharedPosition? = nil, origin: RecoveryOffset? = nil
    ) -> RecoveryOffset? {
        broadcast.recovery?.publish(
            broadcast, to: loops.map { ObjectIdentifier($0.eventLoop) }, at: now, shared: shared, origin: origin)
    }

    /// Delivers an event to the clients of event loops. One with a place was queued before.
    private func deliver(_ broadcast: Broadcast, on loops: [LoopReference]) {
        guard broadcast.recovery != nil else {
            for loop in loops { loop.execute { _ = $0.deliver(broadcast) } }
            return
        }
        let namespace = broadcast.namespace
        for loop in loops { loop.execute { $0.deliverPending(of: namespace) } }
    }

    /// Withdraws a message of a room from everything that keeps it (HIS-03).
    /// - Parameter notice: what the members of the room are told; those who are away now are told when they are back.
    package func redactKept(_ messageID: String, in room: String, notice: Broadcast) {
        // For nodes that start later and read back what was sent.
        if isShared { adapter?.tell(ClusterWord.redacted(messageID, in: room), in: notice.namespace) }
        redactHere(messageID, in: room, notice: notice)
    }

    /// The same on this node alone.
    package func redactHere(_ messageID: String, in room: String, of namespace: NamespaceDefinition) {
        namespace.recoveryInForce?.withdraw(messageID, in: room)
        recorder?.redact(messageID, in: room, of: namespace)
    }

    private func redactHere(_ messageID: String, in room: String, notice: Broadcast) {
        notice.namespace.recoveryInForce?.redact(messageID, in: room, notice: notice, at: now)
        recorder?.redact(messageID, in: room, of: notice.namespace)
    }

    /// Delivers an event of another node, under the `receive` rules of this one.
    /// - Parameters:
    ///   - shared: where it is among what the nodes share.
    ///   - origin: where it is on its own node.
    package func broadcastHere(_ broadcast: Broadcast, shared: SharedPosition? = nil, origin: RecoveryOffset? = nil) {
        let (loops, recorder) = running.withLockedValue { ($0.loops, $0.recorder) }
        _ = queue(broadcast, on: loops, shared: shared, origin: origin)
        recorder?.record(broadcast, at: shared, age: .zero)
        deliver(broadcast, on: loops)
    }

    /// As ``broadcast(_:)``, but says how many sockets were reached, once all loops are through.
    package func broadcastCounted(_ broadcast: Broadcast) async throws -> Int {
        var total = 0
        for loop in allLoops { total += try await loop.submit { $0.deliver(broadcast) } }
        return total
    }

    /// Runs `body` on every loop that has a share of a namespace, with that share, and gives the results.
    package func gather<Result: Sendable>(
        _ namespace: NamespaceDefinition, _ body: @escaping @Sendable (LocalNamespace) -> Result
    ) async throws -> [Result] {
        var results: [Result] = []
        for loop in allLoops {
            if let result = try await loop.submit({ $0.share(of: namespace).map(body) }) { results.append(result) }
        }
        return results
    }
}
