import Gatehouse

struct NewGame: Payload {
    var name: String
    var seats: Int

    static let schema = Schema(
        Field("name", \.name, .trim, .length(1...40)), Field("seats", \.seats, .range(2...8), default: 2), make: NewGame.init)
}

struct Game: Payload, Equatable {
    enum Phase: String, PayloadEnum { case open, playing }

    var id: Int
    var name: String
    var seats: Int
    var players: [String]
    var phase: Phase

    static let schema = Schema(
        Field("id", \.id), Field("name", \.name), Field("seats", \.seats), Field("players", \.players, .count(...8)),
        Field("phase", \.phase), make: Game.init)
}

/// `game`: a game has changed, as its players see it.
struct GameChanged: ServerEvent {
    static let event = "game"
    var game: Game
    static let schema = Schema(Field("game", \.game), make: GameChanged.init)
}
