package import GatehouseTokens
import SocketIO

/// Sessions by the tokens they live on.
extension SessionDirectory {
    /// Whoever is connected with a token that a list means.
    package func principals(meantBy list: RevocationList, now: Int64) async throws -> [Principal] {
        var found: [Principal] = []
        for loop in sockets.allLoops {
            found += try await loop.submit { loop in
                loop.connections.values.flatMap { connection in
                    connection.sockets.compactMap { socket in
                        guard let client = socket.clientState, let token = client.token, list.verdict(on: token, now: now) != .good else {
                            return nil
                        }
                        return client.principal
                    }
                }
            }
        }
        return found
    }

    /// How many connections live on a token that a list means.
    package func count(meantBy list: RevocationList, now: Int64) async throws -> Int {
        var count = 0
        for loop in sockets.allLoops {
            count += try await loop.submit { loop in
                loop.connections.values.count { connection in
                    connection.sockets.contains { $0.clientState?.token.map { list.verdict(on: $0, now: now) != .good } ?? false }
                }
            }
        }
        return count
    }

    /// Holds every session against the revocations in force, on whatever transport it is: ends those whose token is revoked, and tells those
    /// that need a newer one. The list must be in force before: a CONNECT that overtakes this is decided by it.
    /// - Returns: how many connections that concerned.
    package func enforceRevocations() async throws -> Int {
        try await ConnectionRound.run(sockets) { connection in
            guard let pipeline = connection.loop.application as? Pipeline else { return false }
            return pipeline.applyRevocations(to: connection) != .untouched
        }
    }
}
