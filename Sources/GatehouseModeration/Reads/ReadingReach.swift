import Gatehouse

/// How far staff may read (MOD-22): a claim that confines a right to rooms confines what is read by it, too.
extension AdminGateway {
    /// The right by which a verb reads.
    func reach(of verb: AdminVerb, _ context: EventContext) async throws -> EventRight {
        try await context.client.right(to: verb.rawValue)
    }
}

extension EventRight {
    /// Refuses to read about a room that the right does not reach; `nil` stands for all of them.
    func require(_ room: String?) throws(GatewayError) {
        guard includes(room) else {
            throw GatewayError(.forbidden, "Your right is confined to some rooms, and this concerns more")
        }
    }
}

extension SessionSnapshot {
    /// The session as those see it who are confined to rooms: with these rooms only.
    func confined(to rooms: [String]?) -> SessionSnapshot {
        guard let rooms else { return self }
        var copy = self
        copy.sockets = sockets.compactMap { socket in
            var socket = socket
            socket.rooms = socket.rooms.filter { rooms.contains($0) }
            return socket.rooms.isEmpty ? nil : socket
        }
        return copy
    }
}
