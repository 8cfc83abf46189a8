#if Redis
    import Gatehouse

    /// What clients of the model do: they join and leave rooms, and say something there.
    struct ModelGateway: Gateway {
        static let namespace: Namespace = "/hall"

        struct Line: Payload {
            var room: RoomName
            var id: String

            static let schema = Schema(Field("room", \.room), Field("id", \.id, .length(1...64)), make: Line.init)
        }

        /// A sender is in the room that it sends to; whispers are for those with the role `vip`.
        static let policy = """
            apiVersion: gatehouse/v1
            kind: NamespacePolicy
            namespace: /hall
            revision: 1
            transports: [websocket]
            origin: { allow_missing: true }
            recovery: { window: 1m }
            connect: { allow: [{ id: hall.open, when: { issuer: test } }] }
            rooms: { join: { allow: [{ id: hall.join, room: "**" }] } }
            send:
              allow:
                - { id: hall.say, event: [say, whisper], room_at: /room, joined: true }
                - { id: hall.rooms, event: [join, leave] }
            receive:
              allow:
                - { id: hall.said, event: [said, fence] }
                - { id: hall.whispered, event: whispered, when: { roles: { any_of: [vip] } } }
            limits: { connection: { messages: off, connects: off }, user: { messages: off, connects: off }, ip: { connects: off } }
            """

        static let staffPolicy = """
            apiVersion: gatehouse/v1
            kind: NamespacePolicy
            namespace: /admin
            revision: 1
            transports: [websocket]
            origin: { allow_missing: true }
            connect: { allow: [{ id: admin.open, when: { issuer: test, roles: { any_of: [admin] } } }] }
            send: { allow: [{ id: admin.all, event: "**" }] }
            receive: { allow: [{ id: admin.told, event: "**" }] }
            limits: { connection: { messages: off, connects: off }, user: { messages: off, connects: off }, ip: { connects: off } }
            """

        func routes(_ on: inout Routes) {
            on("join", join)
            on("leave", leave)
            on("say", say).emits(String.self, as: "said").emits(Int.self, as: "fence")
            on("whisper", whisper).emits(String.self, as: "whispered")
        }

        func join(_ room: RoomName, _ context: EventContext) throws -> String {
            try context.client.join(room)
            return "joined"
        }

        func leave(_ room: RoomName, _ context: EventContext) throws -> String {
            try context.client.leave(room)
            return "left"
        }

        func say(_ line: Line, _ context: EventContext) throws -> String {
            try context.to(line.room).emit("said", "\(line.room.name) \(line.id)")
            return "said"
        }

        func whisper(_ line: Line, _ context: EventContext) throws -> String {
            try context.to(line.room).emit("whispered", "\(line.room.name) \(line.id)")
            return "said"
        }
    }
#endif
