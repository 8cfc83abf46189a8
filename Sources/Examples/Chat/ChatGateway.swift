import Gatehouse

struct Message: Payload {
    var room: RoomName
    var message: String

    static let schema = Schema(
        Field("room", \.room),
        Field("message", \.message, .length(1...2_000)),
        make: Message.init)
}

struct ChatGateway: Gateway {
    static let namespace: Namespace = "/chat"

    func routes(_ on: inout Routes) {
        on("message", message).emits(Message.self, as: "message")
        on("join", join).emits(RoomName.self, as: "joined")
    }

    func message(_ data: Message, _ context: EventContext) throws -> String {
        try context.to(data.room).emit("message", data)
        return "Message sent"
    }

    func join(_ room: RoomName, _ context: EventContext) throws -> EventReply<RoomName> {
        try context.client.join(room)
        return EventReply("joined", room)
    }
}
