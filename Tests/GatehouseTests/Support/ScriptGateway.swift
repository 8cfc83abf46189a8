import Gatehouse

/// The payload of the test gateways: a room and any value, both optional.
struct Step: Payload {
    var room: RoomName?
    var value: JSONValue?

    static let schema = Schema(Field("room", \.room), Field("value", \.value), make: Step.init)
}

protocol TestPlace: Sendable { static var namespace: NamespacePattern { get } }
enum Root: TestPlace { static var namespace: NamespacePattern { "/" } }
enum Side: TestPlace { static var namespace: NamespacePattern { "/side" } }
enum Tenants: TestPlace { static var namespace: NamespacePattern { "/tenant/*" } }

/// A gateway whose handlers the test brings along: `now` runs without suspending, `later` may suspend, `join`, `leave` and `say` do as
/// they are called.
struct ScriptGateway<Place: TestPlace>: Gateway {
    static var namespace: NamespacePattern { Place.namespace }

    var now: @Sendable (Step, EventContext) throws -> JSONValue? = { step, _ in step.value }
    var later: @Sendable (Step, EventContext) async throws -> JSONValue? = { step, _ in step.value }
    var connected: @Sendable (Client) async throws -> Void = { _ in }
    var leaving: @Sendable (Client, [RoomName], DisconnectReason) -> Void = { _, _, _ in }
    var left: @Sendable (Client, DisconnectReason) async -> Void = { _, _ in }

    func routes(_ on: inout Routes) {
        on("now", runNow)
        on("later", runLater)
        on("join", join)
        on("leave", leave)
        on("say", say)
    }

    func runNow(_ step: Step, _ context: EventContext) throws -> JSONValue? { try now(step, context) }

    func runLater(_ step: Step, _ context: EventContext) async throws -> JSONValue? { try await later(step, context) }

    func join(_ step: Step, _ context: EventContext) throws -> Bool {
        guard let room = step.room else { return false }
        try context.client.join(room)
        return true
    }

    func leave(_ step: Step, _ context: EventContext) throws -> Bool {
        guard let room = step.room else { return false }
        return try context.client.leave(room)
    }

    /// To the room, or to everyone.
    func say(_ step: Step, _ context: EventContext) throws {
        let audience = step.room.map { context.to($0) } ?? context.everyone
        try audience.emit("said", step.value ?? .null)
    }

    func didConnect(_ client: Client) async throws { try await connected(client) }
    func willDisconnect(_ client: Client, rooms: [RoomName], reason: DisconnectReason) { leaving(client, rooms, reason) }
    func didDisconnect(_ client: Client, reason: DisconnectReason) async { await left(client, reason) }
}
