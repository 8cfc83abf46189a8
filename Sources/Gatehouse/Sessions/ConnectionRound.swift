import EngineIO
import NIOCore
import SocketIO

/// Visits every connection of an event loop once, in slices, so that other clients are served in between (REL-22). Bound to the loop.
/// Connections that open meanwhile are not visited: put a rule in force for CONNECT before the round begins.
final class ConnectionRound<Value: Sendable> {
    /// Visits a connection, and may change it and the value. Returns whether it changed the connection.
    typealias Visit = @Sendable (SocketIOConnection, inout Value) -> Bool

    /// The most connections that one turn changes: their output is written after the turn.
    private static var changes: Int { 64 }

    private let loop: SocketIOLoop
    /// The connections as the round began; those before ``next`` are still to be visited.
    private var connections: [SocketIOConnection]
    private var next: Int
    private var value: Value
    private let visit: Visit
    private let done: (Result<Value, any Error>) -> Void

    private init(_ loop: SocketIOLoop, from value: Value, _ visit: @escaping Visit, done: @escaping (Result<Value, any Error>) -> Void) {
        self.loop = loop
        connections = loop.connections
        next = connections.count
        self.value = value
        self.visit = visit
        self.done = done
    }

    private func turn() {
        var budget = TurnBudget()
        var changes = 0
        while next > 0 {
            next -= 1
            if visit(connections[next], &value) { changes += 1 }
            guard changes < Self.changes, budget.allowsMore() else { break }
        }
        guard next > 0 else {
            connections = []
            return done(.success(value))
        }
        loop.eventLoop.resumeAfterReading {
            self.turn()
        } orElse: {
            self.done(.failure($0))
        }
    }

    /// Visits every connection of one loop, on which it is called.
    /// - Parameter done: called with the final value, or with the error that the loop ended with.
    static func run(
        _ loop: SocketIOLoop, from value: Value, _ visit: @escaping Visit, done: @escaping (Result<Value, any Error>) -> Void
    ) {
        ConnectionRound(loop, from: value, visit, done: done).turn()
    }

    /// Visits every connection of every loop, all loops at a time.
    /// - Parameter value: the initial value of each loop.
    /// - Returns: the final value of each loop.
    static func run(_ sockets: SocketIOServer, from value: Value, _ visit: @escaping Visit) async throws -> [Value] {
        let rounds = sockets.allLoops.map { loop in
            let done = loop.eventLoop.makePromise(of: Value.self)
            loop.execute { run($0, from: value, visit) { done.completeWith($0) } }
            return done.futureResult
        }
        var values: [Value] = []
        for round in rounds { values.append(try await round.get()) }
        return values
    }
}

extension ConnectionRound<Int> {
    /// Visits every connection of every loop.
    /// - Parameter visit: called for each connection; returns whether to count it.
    /// - Returns: how many were counted.
    static func count(_ sockets: SocketIOServer, _ visit: @escaping @Sendable (SocketIOConnection) -> Bool) async throws -> Int {
        try await run(sockets, from: 0) { connection, count in
            guard visit(connection) else { return false }
            count += 1
            return true
        }.reduce(0, +)
    }

    /// Visits every connection of every loop without waiting for the end. When it returns, the first slice of the caller's loop has been
    /// visited.
    static func start(_ sockets: SocketIOServer, _ visit: @escaping @Sendable (SocketIOConnection) -> Bool) {
        for loop in sockets.allLoops {
            loop.execute { run($0, from: 0, { connection, _ in visit(connection) }) { _ in } }
        }
    }
}

@available(*, unavailable)
extension ConnectionRound: Sendable {}
