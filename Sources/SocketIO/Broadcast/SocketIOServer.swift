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
        // First, so that the order in which one thread sends is the order on every node, whatever a delivery here sends in turn.
        if let adapter, !broadcast.staysHere { adapter.publish(broadcast) }
        recorder?.record(broadcast)
        deliver(broadcast, on: loops)
    }

    /// Delivers an event to one client, on whose event loop it is.
    package func broadcast(_ broadcast: Broadcast, to client: SocketHandle) {
        if broadcast.recovery != nil {
            deliver(broadcast, on: allLoops.filter { $0.eventLoop === client.eventLoop })
        } else {
            client.execute { _ = $0.connection.loop.deliver(broadcast) }
        }
    }

    /// Delivers an event to the clients of event loops.
    private func deliver(_ broadcast: Broadcast, on loops: [LoopReference]) {
        guard let recovery = broadcast.recovery else {
            for loop in loops { loop.execute { _ = $0.deliver(broadcast) } }
            return
        }
        let namespace = broadcast.namespace
        recovery.publish(broadcast, to: loops.map { ObjectIdentifier($0.eventLoop) }, at: now)
        for loop in loops { loop.execute { $0.deliverPending(of: namespace) } }
    }

    /// Withdraws a message of a room from everything that keeps it (HIS-03).
    /// - Parameter notice: what the members of the room are told; those who are away now are told when they are back.
    package func redactKept(_ messageID: String, in room: String, notice: Broadcast) {
        notice.namespace.recoveryInForce?.redact(messageID, in: room, notice: notice, at: now)
        recorder?.redact(messageID, in: room, of: notice.namespace)
    }

    /// Delivers an event of another node, under the `receive` rules of this one.
    package func broadcastHere(_ broadcast: Broadcast) {
        let (loops, recorder) = running.withLockedValue { ($0.loops, $0.recorder) }
        recorder?.record(broadcast)
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
