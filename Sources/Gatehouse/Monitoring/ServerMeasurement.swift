package import EngineIO
package import SocketIO

/// The metrics of a server, read from its event loops. Messages do not pay for it, and it holds up no event loop (REL-22).
package struct ServerMeasurement: Sendable {
    /// Connections by their transport's name.
    package private(set) var transports: [String: Int] = [:]
    /// Clients by namespace. Those of a pattern count together: there may be as many namespaces as clients.
    package private(set) var namespaces: [String: Int] = [:]
    package private(set) var rooms = 0
    /// Bytes that wait for slow clients.
    package private(set) var queuedBytes = 0
    /// Events that clients sent, since the start.
    package private(set) var received: UInt64 = 0
    /// Requests for sessions that are not here.
    package private(set) var unknownSessions: UInt64 = 0
    package private(set) var counters = SocketIOLoop.Counters()
    package private(set) var lag = LoopLag()
    /// Events from clients, and connections, in the last ten seconds and in the last minute.
    package private(set) var messages = Recent()
    package private(set) var connects = Recent()
    /// Refusals since the start, by rule; by reason where no rule refused.
    package private(set) var denials: [String: UInt64] = [:]
    /// Each event loop for itself.
    package private(set) var loops: [Loop] = []

    /// How many in the last whole seconds.
    package struct Recent: Sendable {
        package private(set) var tenSeconds: UInt64 = 0
        package private(set) var minute: UInt64 = 0

        init() {}

        init(_ window: RateWindow, at now: Int64) {
            tenSeconds = window.sum(last: 10, at: now)
            minute = window.sum(last: 60, at: now)
        }

        mutating func add(_ other: Recent) {
            tenSeconds &+= other.tenSeconds
            minute &+= other.minute
        }
    }

    /// One event loop.
    package struct Loop: Sendable {
        package let connections: Int
        package let lag: LoopLag
    }

    /// Connections that speak Engine.IO.
    package var connections: Int { transports.values.reduce(0, +) }

    /// - Throws: when an event loop has ended.
    package init(of runtime: ServerRuntime) async throws {
        let names = runtime.mounted.map(\.pattern.description)
        for part in try await ConnectionRound.run(runtime.sockets, from: Part(namespaces: names.count), { $1.add($0) }) {
            for (transport, count) in zip([EngineTransportName.polling, .websocket], part.transports) where count > 0 {
                transports[transport.rawValue, default: 0] += count
            }
            for (name, count) in zip(names, part.namespaces) { namespaces[name, default: 0] += count }
            queuedBytes += part.queuedBytes
            received &+= part.received
        }
        for loop in runtime.sockets.allLoops { add(try await loop.submit { Totals($0) }) }
    }

    private mutating func add(_ totals: Totals) {
        rooms += totals.rooms
        messages.add(totals.messages)
        connects.add(totals.connects)
        denials.merge(totals.denials, uniquingKeysWith: &+)
        loops.append(Loop(connections: totals.connections, lag: totals.lag))
        received &+= totals.counters.receivedFromClosed
        counters.add(totals.counters)
        unknownSessions &+= totals.unknownSessions
        lag.add(totals.lag)
    }

    /// Counts over all connections.
    private struct Part: Sendable {
        /// Polling, WebSocket.
        var transports = [0, 0]
        /// By the index of the definition.
        var namespaces: [Int]
        var queuedBytes = 0
        var received: UInt64 = 0

        init(namespaces: Int) { self.namespaces = [Int](repeating: 0, count: namespaces) }

        /// - Returns: false: nothing is changed.
        mutating func add(_ connection: SocketIOConnection) -> Bool {
            transports[connection.session.transport == .polling ? 0 : 1] += 1
            queuedBytes += connection.session.queuedBytes
            received &+= connection.connectionState?.messages ?? 0
            for socket in connection.sockets {
                let index = socket.namespace.definition.index
                if namespaces.indices.contains(index) { namespaces[index] += 1 }
            }
            return false
        }
    }

    /// Counts of one event loop.
    private struct Totals: Sendable {
        let rooms: Int
        let counters: SocketIOLoop.Counters
        let unknownSessions: UInt64
        let lag: LoopLag
        let connections: Int
        let messages: Recent
        let connects: Recent
        let denials: [String: UInt64]

        init(_ loop: SocketIOLoop) {
            let pipeline = loop.application as? Pipeline
            let now = pipeline?.rateNow ?? 0
            connections = loop.connections.count
            messages = pipeline.map { Recent($0.tally.messages, at: now) } ?? Recent()
            connects = pipeline.map { Recent($0.tally.connects, at: now) } ?? Recent()
            denials = pipeline?.tally.denials ?? [:]
            rooms = loop.namespaces.reduce(0) { $0 + $1.rooms.count }
            counters = loop.counters
            unknownSessions = loop.engine.unknownSessions
            lag = loop.engine.lag
        }
    }
}
