import Gatehouse

/// What the load generator's standard set asks for: `echo` acks its payload, `broadcast` sends it to everyone.
struct BenchGateway: Gateway {
    static let namespace: Namespace = .root
    /// How many rooms of its own every client is put into.
    var rooms = 0

    func routes(_ on: inout Routes) {
        on("echo", echo)
        on("broadcast", broadcast)
    }

    func echo(_ dto: EchoPayload, _ context: EventContext) throws -> EchoPayload { dto }

    func broadcast(_ dto: BroadcastPayload, _ context: EventContext) throws {
        try context.everyone.emit("broadcast", dto)
    }

    func didConnect(_ client: Client) async throws {
        for index in 0..<rooms { if let room = RoomName("own:\(client.id):\(index)") { try await client.join(room) } }
    }
}

/// A text, validated like a chat message.
struct EchoPayload: Payload {
    var text: String

    static let schema = Schema(Field("text", \.text, .length(1...60_000)), make: EchoPayload.init)
}

/// A time stamp of the sender and padding.
struct BroadcastPayload: Payload {
    var stamp: Int64
    var padding: String

    static let schema = Schema(
        Field("t", \.stamp, .min(0)), Field("p", \.padding, .length(0...60_000)), make: BroadcastPayload.init)
}

/// The same for clients in one of many namespaces.
struct ManyNamespacesGateway: Gateway {
    static let namespace: NamespacePattern = "/many/*"

    func routes(_ on: inout Routes) {
        on("echo", echo)
    }

    func echo(_ dto: EchoPayload, _ context: EventContext) throws -> EchoPayload { dto }
}
