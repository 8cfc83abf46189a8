import EngineIO
import GatehouseNetwork
package import SocketIO

/// What restrictions of staff do to open sessions (MOD-03, MOD-08, MOD-40).
extension SessionDirectory {
    /// How many open connections a ban means, and whether one of their principals is as `isSought` says. A connection that has joined
    /// nothing is meant by a ban of its address.
    package func census(
        meantBy ban: Ban, _ isSought: @escaping @Sendable (Principal) -> Bool = { _ in false }
    ) async throws -> SessionCensus {
        try await ConnectionRound.run(sockets, from: SessionCensus()) { connection, census in
            let address = connection.session.request.address
            var isMeant = ban.namespace == nil && ban.isOf(nil, at: address)
            for socket in connection.sockets {
                guard let client = socket.clientState else { continue }
                // The whole connection ends with a ban of the node, so everybody on it is looked at.
                guard isMeant || ban.means(socket, client.user?.key, at: address) else { continue }
                isMeant = true
                if !census.isFound, isSought(client.principal) { census.isFound = true }
            }
            if isMeant { census.connections += 1 }
            return false
        }.reduce(into: SessionCensus()) { $0.add($1) }
    }

    /// Applies the bans in force to every session, on every transport and in the middle of an upgrade. Put them in force before, so that
    /// they decide a CONNECT that comes meanwhile.
    /// - Returns: how many connections were closed, or lost a namespace or a room.
    package func enforceBans() async throws -> Int {
        try await ConnectionRound.count(sockets) { connection in
            guard let pipeline = connection.loop.application as? Pipeline else { return false }
            return pipeline.applyBans(to: connection)
        }
    }

    /// How many connections of a user are in a room, and whether one of their principals is as `isSought` says.
    package func census(
        of user: UserID, in room: String, of namespace: Namespace, _ isSought: @escaping @Sendable (Principal) -> Bool = { _ in false }
    ) async throws -> SessionCensus {
        try await census(SessionFilter(namespace: namespace, room: room, user: user)) { $0.user == user && isSought($0) }
    }

    /// Takes a user out of a room.
    /// - Returns: how many of the user's sockets were in it.
    package func evict(_ user: UserID, from room: String, in namespace: Namespace) async throws -> Int {
        guard let room = RoomName(room) else { return 0 }
        return try await ConnectionRound.run(sockets, from: 0) { connection, removed in
            var isChanged = false
            for socket in connection.sockets where socket.name == namespace {
                guard let client = socket.clientState, client.user?.key == user, client.leave(room, socket) else { continue }
                removed += 1
                isChanged = true
            }
            return isChanged
        }.reduce(0, +)
    }

    /// Asks the clients in a room to take a message away.
    /// - Parameters:
    ///   - messageID: the application's name for the message.
    ///   - reason: for the users; it must not say who acted (MOD-41).
    /// - Returns: how many sockets it was sent to.
    package func redact(_ messageID: String, reason: String?, in room: String, of namespace: Namespace) async throws -> Int {
        let payload = MessageRedacted(messageID: messageID, by: .moderator, reason: reason)
        if let definition = sockets.definition(namespace) {
            let event = SystemEvent.redacted.rawValue
            sockets.redactKept(
                messageID, in: room,
                notice: Broadcast(
                    namespace: definition, event: event,
                    message: try PacketWriter.message(event, prefix: definition.prefix, ackID: nil, payload),
                    target: BroadcastTarget(rooms: [room]), isSystem: true))
        }
        return try await announce(.redacted, payload, to: Audience(namespace: namespace, room: room))
    }

    /// How many sockets ``redact(_:reason:in:of:)`` would reach now.
    package func countRedaction(in room: String, of namespace: Namespace) async throws -> Int {
        try await count(Audience(namespace: namespace, room: room))
    }
}

extension Ban {
    /// Whether it ends a socket, or takes it out of a room.
    fileprivate func means(_ socket: Socket, _ user: UserID?, at address: ClientAddress) -> Bool {
        guard isOf(user, at: address) else { return false }
        guard let namespace else { return true }
        return namespace == socket.name && room.map { socket.isIn($0) } ?? true
    }
}
