package import EngineIO
package import SocketIO

/// What a server counts, read from every event loop one after another: nothing is counted twice to be shown, and no message pays for it.
package struct ServerMeasurement: Sendable {
    /// Connections by their transport's name.
    package private(set) var transports: [String: Int] = [:]
    /// Clients by namespace. Those of a pattern count together: there may be as many namespaces as clients.
    package private(set) var namespaces: [String: Int] = [:]
    package private(set) var rooms = 0
    /// Bytes that wait for clients to take them.
    package private(set) var queuedBytes = 0
    /// Events that clients sent, since the start.
    package private(set) var received: UInt64 = 0
    package private(set) var counters = SocketIOLoop.Counters()
    package private(set) var lag = LoopLag()

    /// Connections that speak Engine.IO.
    package var connections: Int { transports.values.reduce(0, +) }

    /// - Throws: when an event loop has ended.
    package init(of runtime: ServerRuntime) async throws {
        for loop in runtime.sockets.allLoops { add(try await loop.submit { Self(of: $0, runtime.mounted) }) }
    }

    private init(of loop: SocketIOLoop, _ mounted: [MountedNamespace]) {
        counters = loop.counters
        lag = loop.engine.lag
        received = loop.counters.receivedFromClosed
        for connection in loop.connections.values {
            transports[connection.session.transport.rawValue, default: 0] += 1
            queuedBytes += connection.session.queuedBytes
            received &+= connection.connectionState?.messages ?? 0
        }
        for namespace in loop.namespaces {
            let definition = namespace.definition
            let name = definition.isDynamic ? mounted[definition.index].pattern.description : definition.namespace.name
            namespaces[name, default: 0] += namespace.everyone.members.count
            rooms += namespace.rooms.count
        }
    }

    private mutating func add(_ other: Self) {
        transports.merge(other.transports, uniquingKeysWith: +)
        namespaces.merge(other.namespaces, uniquingKeysWith: +)
        rooms += other.rooms
        queuedBytes += other.queuedBytes
        received &+= other.received
        counters.add(other.counters)
        lag.add(other.lag)
    }
}
