import Gatehouse

struct LobbyGateway: Gateway {
    static let namespace: Namespace = "/lobby"
    let lobby = Lobby()

    func routes(_ on: inout Routes) {
        on("watch", watch)
        on("create", create)
        on("enter", enter).emits(GameChanged.self)
        on("leave", leave)
    }

    /// Answers with the open games; each change of them comes as `watch`, until the client sends `stream.cancel`.
    func watch(_ context: EventContext) -> AsyncStream<[Game]> { lobby.watch() }

    func create(_ new: NewGame, _ context: EventContext) throws -> Game {
        let game = lobby.create(new, by: try context.user.subject)
        try context.client.join(room(game.id))
        return game
    }

    func enter(_ id: Int, _ context: EventContext) throws -> Game {
        let game = try lobby.enter(id, try context.user.subject)
        try context.client.join(room(id))
        try context.to(room(id)).except(context.client.id).emit(GameChanged(game: game))
        return game
    }

    func leave(_ id: Int, _ context: EventContext) throws -> Bool {
        guard let game = lobby.leave(id, try context.user.subject) else { return false }
        _ = try context.client.leave(room(id))
        try context.to(room(id)).emit(GameChanged(game: game))
        return true
    }

    func willDisconnect(_ client: Client, rooms: [RoomName], reason: DisconnectReason) {
        for room in rooms {
            guard let id = Int(room.name.dropFirst(5)), let game = lobby.leave(id, client.principal.subject ?? "") else { continue }
            try? client.everyoneElse.to(room).emit(GameChanged(game: game))
        }
    }

    private func room(_ id: Int) throws -> RoomName {
        guard let room = RoomName("game:\(id)") else { throw GatewayError(.invalid, "no room") }
        return room
    }
}
