import Gatehouse

/// `message`: a text for a room.
struct ChatMessage: Payload {
    var room: RoomName
    var message: String

    static let schema = Schema(
        Field("room", \.room),
        Field("message", \.message, .length(1...2_000)),
        make: ChatMessage.init
    )
}

/// `join` and `leave`: the room that is meant. Also what both are acknowledged with.
struct RoomRequest: Payload {
    var room: RoomName

    static let schema = Schema(Field("room", \.room), make: RoomRequest.init)
}

/// `typing`: whether the sender is writing something for a room.
struct Typing: Payload {
    var room: RoomName
    var typing: Bool

    static let schema = Schema(Field("room", \.room), Field("typing", \.typing), make: Typing.init)
}

/// The ack of a message.
struct MessageReceipt: Payload {
    var id: String
    /// Milliseconds since 1970.
    var at: Int64

    static let schema = Schema(Field("id", \.id), Field("at", \.at), make: MessageReceipt.init)
}

/// `message`: a message as the others get it.
struct DeliveredMessage: ServerEvent {
    static let event = "message"

    var id: String
    var room: RoomName
    var user: String
    var message: String
    /// Milliseconds since 1970.
    var at: Int64

    static let schema = Schema(
        Field("id", \.id), Field("room", \.room), Field("user", \.user), Field("message", \.message), Field("at", \.at),
        make: DeliveredMessage.init)
}

/// `presence.join` and `presence.leave`: someone came into, or went out of, a room.
struct Presence: Payload {
    var room: RoomName
    var user: String

    static let schema = Schema(Field("room", \.room), Field("user", \.user), make: Presence.init)
}

/// `typing`: someone is typing, or has stopped.
struct TypingNotice: ServerEvent {
    static let event = "typing"

    var room: RoomName
    var user: String
    var typing: Bool

    static let schema = Schema(Field("room", \.room), Field("user", \.user), Field("typing", \.typing), make: TypingNotice.init)
}
