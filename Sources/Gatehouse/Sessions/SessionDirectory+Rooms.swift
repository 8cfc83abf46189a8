package import SocketIO

/// The rooms of this node, counted from the memberships of its connections: no table of rooms is read while it changes.
extension SessionDirectory {
    /// The rooms of a namespace that have members, in the order of their names, after `cursor`, with how many members each has.
    /// - Parameter known: rooms that belong to the list even if nobody is in them.
    package func rooms(
        of namespace: Namespace, after cursor: String = "", limit: Int, and known: [String] = []
    ) async throws -> [(name: String, members: Int)] {
        var page = RoomPage(after: cursor, limit: limit)
        for name in known { page.add(name, members: 0) }
        let parts = try await ConnectionRound.run(sockets, from: RoomPage(after: cursor, limit: limit)) { connection, page in
            for socket in connection.sockets where socket.name == namespace {
                for membership in socket.memberships { page.add(membership.roomName) }
            }
            return false
        }
        for part in parts { page.merge(part) }
        return page.rooms.map { ($0.name, $0.members) }
    }
}
