import NIOCore
import SocketIO

/// One visit to every connection of an event loop, a part of them in each turn of the loop, so that those who stay are served in between
/// (REL-22). Bound to the loop. A connection that is opened meanwhile is not visited: what a round enforces must be in force for CONNECT before
/// the round begins.
final class ConnectionRound {
    /// Most connections that one turn looks at, and most that it changes.
    private static let looks = 2_048
    private static let changes = 64

    private var rest: [SocketIOConnection]
    private let visit: (SocketIOConnection) -> Bool
    private(set) var changed = 0

    /// - Parameter visit: what is done; whether it changed the connection.
    init(_ loop: SocketIOLoop, _ visit: @escaping (SocketIOConnection) -> Bool) {
        rest = Array(loop.connections.values)
        self.visit = visit
    }

    /// - Returns: whether there are more.
    func turn() -> Bool {
        var (looks, changes) = (0, 0)
        while looks < Self.looks, changes < Self.changes, let connection = rest.popLast() {
            looks += 1
            if visit(connection) { changes += 1 }
        }
        changed += changes
        return !rest.isEmpty
    }

    /// Visits every connection of every loop, and nobody waits for the end of it. Those of the loop that it is called on are visited, as
    /// far as one turn goes, when it returns.
    static func start(_ sockets: SocketIOServer, _ visit: @escaping @Sendable (SocketIOConnection) -> Bool) {
        for loop in sockets.allLoops { loop.execute { ConnectionRound($0, visit).goOn($0) } }
    }

    private func goOn(_ loop: SocketIOLoop) {
        if turn() { loop.eventLoop.assumeIsolated().execute { self.goOn(loop) } }
    }

    /// Visits every connection of every loop, each loop at its own pace.
    /// - Returns: how many were changed.
    static func run(_ sockets: SocketIOServer, _ visit: @escaping @Sendable (SocketIOConnection) -> Bool) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for loop in sockets.allLoops {
                group.addTask {
                    let round = try await loop.submit { NIOLoopBound(ConnectionRound($0, visit), eventLoop: $0.eventLoop) }
                    while try await loop.submit({ _ in round.value.turn() }) {}
                    return try await loop.submit { _ in round.value.changed }
                }
            }
            return try await group.reduce(0, +)
        }
    }
}

@available(*, unavailable)
extension ConnectionRound: Sendable {}
