package import GatehouseTokens
import SocketIO

/// Sessions by the tokens they live on.
extension SessionDirectory {
    /// The number of connections on tokens that a list revokes, and whether `isSought` holds for a bearer of one.
    package func census(
        meantBy list: RevocationList, now: Int64, _ isSought: @escaping @Sendable (Principal) -> Bool = { _ in false }
    ) async throws -> SessionCensus {
        try await ConnectionRound.run(sockets, from: SessionCensus()) { connection, census in
            var isMeant = false
            for socket in connection.sockets {
                guard let client = socket.clientState, let token = client.token, list.verdict(on: token, now: now) != .good else {
                    continue
                }
                isMeant = true
                if !census.isFound, isSought(client.principal) { census.isFound = true }
            }
            if isMeant { census.connections += 1 }
            return false
        }.reduce(into: SessionCensus()) { $0.add($1) }
    }

    /// Checks every session, on every transport, against the revocations in force: closes those whose token is revoked, and warns those
    /// that need a newer one. Put the list in force before, so that it decides a CONNECT that comes meanwhile.
    /// - Returns: the number of affected connections.
    package func enforceRevocations() async throws -> Int {
        try await ConnectionRound.count(sockets) { connection in
            guard let pipeline = connection.loop.application as? Pipeline else { return false }
            return pipeline.applyRevocations(to: connection) != .untouched
        }
    }
}
