import EngineIO
import GatehouseNetwork
package import SocketIO

/// All connections of this node, asked for loop by loop. Nothing is kept here: what is listed is what is there. No question holds an event
/// loop up, however many connections there are (REL-22).
package struct SessionDirectory: Sendable {
    let sockets: SocketIOServer

    package init(_ sockets: SocketIOServer) { self.sockets = sockets }

    /// The connections that a filter means, at most `limit` of them, in the order of their references, after `cursor`.
    package func list(_ filter: SessionFilter, after cursor: String = "", limit: Int) async throws -> [SessionSnapshot] {
        let pages = try await ConnectionRound.run(sockets, from: SessionPage(limit: limit)) { connection, page in
            guard let reference = connection.connectionState?.reference, reference > cursor, page.hasRoom(for: reference),
                filter.matches(connection)
            else { return false }
            page.insert(connection.snapshot)
            return false
        }
        return pages.reduce(into: SessionPage(limit: limit)) { $0.merge($1) }.sessions
    }

    /// How many connections a filter means.
    package func count(_ filter: SessionFilter) async throws -> Int { try await census(filter) { _ in false }.connections }

    /// How many connections a filter means, and whether a principal of one of them is as `isSought` says.
    package func census(
        _ filter: SessionFilter, _ isSought: @escaping @Sendable (Principal) -> Bool
    ) async throws -> SessionCensus {
        try await ConnectionRound.run(sockets, from: SessionCensus()) { connection, census in
            guard filter.matches(connection) else { return false }
            census.connections += 1
            for socket in connection.sockets where !census.isFound {
                if let client = socket.clientState, isSought(client.principal) { census.isFound = true }
            }
            return false
        }.reduce(into: SessionCensus()) { $0.add($1) }
    }

    /// The users of the connections that a filter means.
    package func users(_ filter: SessionFilter) async throws -> Set<UserID> {
        try await ConnectionRound.run(sockets, from: Set<UserID>()) { connection, users in
            guard filter.matches(connection) else { return false }
            for socket in connection.sockets {
                if let user = socket.clientState?.user { users.insert(user.key) }
            }
            return false
        }.reduce(into: []) { $0.formUnion($1) }
    }

    /// Closes the connections that a filter means, on whatever transport they are.
    /// - Returns: how many were closed.
    package func close(_ filter: SessionFilter, _ closure: ConnectionClosure) async throws -> Int {
        try await ConnectionRound.count(sockets) { connection in
            guard !connection.isClosed, filter.matches(connection) else { return false }
            connection.close(closure)
            return true
        }
    }
}

/// What was found among the connections.
package struct SessionCensus: Sendable {
    /// How many connections were meant.
    package var connections = 0
    /// Whether one of their principals was sought.
    package var isFound = false

    mutating func add(_ other: Self) {
        connections += other.connections
        isFound = isFound || other.isFound
    }
}

extension SocketIOConnection {
    /// How staff see this connection. On its event loop only.
    var snapshot: SessionSnapshot {
        let state = connectionState
        return SessionSnapshot(
            reference: state?.reference ?? "",
            sockets: sockets.compactMap { socket in
                socket.clientState.map { client in
                    SessionSnapshot.Member(
                        id: socket.id, namespace: socket.name, rooms: socket.memberships.map(\.roomName), principal: client.client.principal
                    )
                }
            },
            address: session.request.address.description,
            transport: session.transport.rawValue,
            since: session.request.issued,
            queuedBytes: session.queuedBytes,
            violations: state?.violations ?? 0)
    }

    /// What the pipeline keeps with a connection.
    var connectionState: ConnectionState? { state as? ConnectionState }
}
