import EngineIO
package import GatehouseJSON
import NIOConcurrencyHelpers
package import NIOCore
import Synchronization

/// What the event loops of one server share: the declared namespaces, the limits, and the way to reach every loop.
package final class SocketIOServer: Sendable {
    /// The namespaces that are declared by name.
    package let namespaces: [NamespaceDefinition]
    /// The patterns that are declared, each with its place in the list of all that is.
    private let patterns: [(pattern: NamespacePattern, index: Int)]
    package let limits: SocketIOLimits
    package let jsonLimits: JSONLimits
    private let loops = NIOLockedValueBox<[LoopReference]>([])
    private let lastAckID = Atomic<UInt64>(0)

    /// - Parameter declared: namespaces and patterns; no two of the patterns overlap.
    package init(_ declared: [NamespacePattern], limits: SocketIOLimits = SocketIOLimits(), jsonLimits: JSONLimits = .default) {
        namespaces = declared.enumerated().compactMap { index, one in one.namespace.map { NamespaceDefinition($0, index: index) } }
        patterns = declared.enumerated().filter { $1.namespace == nil }.map { ($1, $0) }
        self.limits = limits
        self.jsonLimits = jsonLimits
    }

    /// One event loop and the part of the server that lives on it.
    package struct LoopReference: Sendable {
        package let eventLoop: any EventLoop
        private let bound: NIOLoopBound<SocketIOLoop>

        init(_ loop: SocketIOLoop) {
            eventLoop = loop.eventLoop
            bound = NIOLoopBound(loop, eventLoop: loop.eventLoop)
        }

        /// Runs `body` on the loop: at once when called there.
        package func execute(_ body: @escaping @Sendable (SocketIOLoop) -> Void) {
            if eventLoop.inEventLoop {
                body(bound.value)
            } else {
                eventLoop.execute { body(bound.value) }
            }
        }

        /// Runs `body` on the loop and gives its result.
        package func submit<Result: Sendable>(_ body: @escaping @Sendable (SocketIOLoop) -> Result) async throws -> Result {
            if eventLoop.inEventLoop { return body(bound.value) }
            return try await eventLoop.submit { body(bound.value) }.get()
        }
    }

    func register(_ loop: SocketIOLoop) {
        let reference = LoopReference(loop)
        loops.withLockedValue { $0.append(reference) }
    }

    package var allLoops: [LoopReference] { loops.withLockedValue { $0 } }

    /// Whether there are event loops to ask.
    package var isRunning: Bool { loops.withLockedValue { !$0.isEmpty } }

    /// Once the event loops end: from then on nobody is reached, and no loop is asked that has stopped.
    package func removeLoops() { loops.withLockedValue { $0 = [] } }

    /// The definition of a declared namespace, else of one of a pattern's, whether anybody is in it or not.
    package func definition(_ namespace: Namespace) -> NamespaceDefinition? {
        if let declared = namespaces.first(where: { $0.namespace == namespace }) { return declared }
        return patterns.first { $0.pattern.contains(namespace) }.map {
            NamespaceDefinition(namespace, index: $0.index, isDynamic: true)
        }
    }

    /// Every namespace that is there now: the declared ones, and those of patterns with somebody in them, by name.
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

    /// Delivers an encoded event to every member of a target, on every event loop: one `execute` a loop, none for a socket.
    package func broadcast(_ broadcast: Broadcast) {
        for loop in allLoops { loop.execute { _ = $0.deliver(broadcast) } }
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
