import Gatehouse

/// What the load generator's standard set asks for: `echo` acks its payload, `broadcast` sends it to everyone.
struct BenchGateway: Gateway {
    static let namespace: Namespace = .root

    static func routes(_ routes: inout Routes<Self>) {
        routes.on("echo", Self.echo)
        routes.on("broadcast", Self.broadcast)
    }

    func echo(_ dto: EchoPayload, _ context: EventContext) throws -> EchoPayload { dto }

    func broadcast(_ dto: BroadcastPayload, _ context: EventContext) throws {
        try context.everyone.emit("broadcast", dto)
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
