import Gatehouse
import GatehouseTesting

/// A gateway that tells a client what the server makes of its token.
struct MirrorGateway: Gateway {
    static var namespace: NamespacePattern { "/tenant/*" }

    func routes(_ on: inout Routes) {
        on("who", who)
        on("enter", enter)
        on("shout", shout)
    }

    func who(_ line: Line, _ context: EventContext) -> JSONValue {
        let principal = context.principal
        return [
            "issuer": principal.issuer.map { .string($0) } ?? .null, "roles": .array(principal.roles.map { .string($0) }),
            "scopes": .array(principal.scopes.map { .string($0) }), "claims": principal.claims,
        ]
    }

    func enter(_ room: RoomRequest, _ context: EventContext) throws { try context.client.join(room.room) }
    func shout(_ room: RoomRequest, _ context: EventContext) throws { try context.to(room.room).emit("heard", room.room.name) }
}

struct RoomRequest: Payload {
    var room: RoomName

    static let schema = Schema(Field("room", \.room), make: RoomRequest.init)
}

/// What the shipped policies, and those of the production example, expect on `/chat`.
struct ChatGateway: Gateway {
    struct ChatMessage: Payload {
        var room: RoomName
        var message: String

        static let schema = Schema(Field("room", \.room), Field("message", \.message, .length(1...2_000)), make: ChatMessage.init)
    }

    struct Typing: Payload {
        var room: RoomName
        var typing: Bool

        static let schema = Schema(Field("room", \.room), Field("typing", \.typing), make: Typing.init)
    }

    static let namespace: Namespace = "/chat"

    func routes(_ on: inout Routes) {
        on("join", join)
        on("leave", leave)
        on("message", message)
        on("typing", typing)
    }

    func join(_ entry: RoomRequest, _ context: EventContext) throws -> Bool {
        try context.client.join(entry.room)
        return true
    }

    func leave(_ entry: RoomRequest, _ context: EventContext) throws -> Bool { try context.client.leave(entry.room) }

    func message(_ message: ChatMessage, _ context: EventContext) throws -> Bool {
        try context.to(message.room).except(context.client.id).emit("message", message.message)
        return true
    }

    func typing(_ typing: Typing, _ context: EventContext) throws {}
}
