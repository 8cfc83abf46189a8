import EngineIO
package import SocketIO

/// All connections of this node, asked for loop by loop. Nothing is kept here: what is listed is what is there.
package struct SessionDirectory: Sendable {
    let sockets: SocketIOServer

    package init(_ sockets: SocketIOServer) { self.sockets = sockets }

    /// The connections that a filter means, at most `limit` of them, in the order of their references, after `cursor`.
    package func list(_ filter: SessionFilter, after cursor: String = "", limit: Int = .max) async throws -> [SessionSnapshot] {
        var found: [SessionSnapshot] = []
        for loop in sockets.allLoops {
            found += try await loop.submit { loop in
                loop.connections.values.compactMap { connection in
                    let session = connection.snapshot
                    return session.reference > cursor && filter.matches(session) ? session : nil
                }
            }
        }
        found.sort { $0.reference < $1.reference }
        return Array(found.prefix(limit))
    }

    /// Closes the connections that a filter means, on whatever transport they are.
    /// - Returns: how many were closed.
    package func close(_ filter: SessionFilter, _ closure: ConnectionClosure) async throws -> Int {
        var closed = 0
        for loop in sockets.allLoops {
            closed += try await loop.submit { loop in
                let meant = loop.connections.values.filter { filter.matches($0.snapshot) }
                for connection in meant { connection.close(closure) }
                return meant.count
            }
        }
        return closed
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
            address: session.request.address,
            transport: session.transport.rawValue,
            since: session.request.issued,
            queuedBytes: session.queuedBytes,
            violations: state?.violations ?? 0)
    }

    /// What the pipeline keeps with a connection.
    var connectionState: ConnectionState? { state as? ConnectionState }
}
