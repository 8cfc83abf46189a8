import Gatehouse

/// What the load generator's standard set asks for: `echo` acks its payload, `broadcast` sends it to everyone.
struct BenchGateway: Gateway {
    static let namespace: Namespace = .root
    /// How many rooms of its own every client is put into.
    var rooms = 0

    static func routes(_ routes: inout Routes<Self>) {
        routes.on("echo", Self.echo)
        routes.on("broadcast", Self.broadcast)
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
struct EchoPayload: DTO, JSONEncodable {
    var text: String

    static let schema = Schema(Field<String>("text", .length(1...60_000)), make: EchoPayload.init)

    func encode(to writer: inout JSONWriter) {
        writer.object { $0.member("text", text) }
    }
}

/// A time stamp of the sender and padding.
struct BroadcastPayload: DTO, JSONEncodable {
    var stamp: Int64
    var padding: String

    static let schema = Schema(
        Field<Int64>("t", .min(0)), Field<String>("p", .length(0...60_000)), make: BroadcastPayload.init)

    func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("t", stamp)
            $0.member("p", padding)
        }
    }
}

/// The same for clients in one of many namespaces.
struct ManyNamespacesGateway: Gateway {
    static let namespace: NamespacePattern = "/many/*"

    static func routes(_ routes: inout Routes<Self>) {
        routes.on("echo", Self.echo)
    }

    func echo(_ dto: EchoPayload, _ context: EventContext) throws -> EchoPayload { dto }
}
