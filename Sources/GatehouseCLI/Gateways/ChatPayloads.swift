import Gatehouse

/// `message`: a text for a room.
struct ChatMessage: DTO {
    var room: RoomName
    var message: String

    static let schema = Schema(
        Field<RoomName>("room"),
        Field<String>("message", .length(1...2_000)),
        make: ChatMessage.init
    )
}

/// `join` and `leave`: the room that is meant. Also what both are acknowledged with.
struct RoomRequest: DTO, JSONEncodable {
    var room: RoomName

    static let schema = Schema(Field<RoomName>("room"), make: RoomRequest.init)

    func encode(to writer: inout JSONWriter) {
        writer.object { $0.member("room", room.name) }
    }
}

/// `typing`: whether the sender is writing something for a room.
struct Typing: DTO {
    var room: RoomName
    var typing: Bool

    static let schema = Schema(Field<RoomName>("room"), Field<Bool>("typing"), make: Typing.init)
}

/// The ack of a message.
struct MessageReceipt: JSONEncodable, Sendable {
    var id: String
    /// Milliseconds since 1970.
    var at: Int64

    func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("id", id)
            $0.member("at", at)
        }
    }
}

/// A message as the others get it.
struct DeliveredMessage: JSONEncodable, Sendable {
    var receipt: MessageReceipt
    var room: RoomName
    var message: String
    var user: String

    func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("id", receipt.id)
            $0.member("room", room.name)
            $0.member("user", user)
            $0.member("message", message)
            $0.member("at", receipt.at)
        }
    }
}

/// Someone came into, or went out of, a room.
struct Presence: JSONEncodable, Sendable {
    var room: RoomName
    var user: String

    func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("room", room.name)
            $0.member("user", user)
        }
    }
}

/// Someone is typing, or has stopped.
struct TypingNotice: JSONEncodable, Sendable {
    var room: RoomName
    var user: String
    var typing: Bool

    func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("room", room.name)
            $0.member("user", user)
            $0.member("typing", typing)
        }
    }
}
