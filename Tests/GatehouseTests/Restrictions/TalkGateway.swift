import Gatehouse
import GatehouseJSON
import SocketIO

/// A gateway whose events name their rooms in every way, and whose handlers send to rooms in every way.
struct TalkGateway<Place: TestPlace>: Gateway {
    static var namespace: NamespacePattern { Place.namespace }

    /// A room in a field that is always there.
    struct Message: Payload {
        var room: RoomName
        var text: String
        static var schema: Schema<Message> { Schema(Field("room", \.room), Field("text", \.text), make: Message.init) }
    }

    /// Two rooms: neither is the target.
    struct Move: Payload {
        var from: RoomName
        var to: RoomName
        static var schema: Schema<Move> { Schema(Field("from", \.from), Field("to", \.to), make: Move.init) }
    }

    /// How a handler sends.
    enum Way: String, PayloadEnum, CaseIterable {
        case context, client, server, asking, suspended, task, keptContext
    }

    func routes(_ on: inout Routes) {
        on("post", post)
        on("message", message)
        on("filter", filter)
        on("move", move)
        on("send", send)
        on("sendLater", sendLater)
        on("whisper", whisper)
        on("join", join)
    }

    func join(_ room: RoomName, _ context: EventContext) throws { try context.client.join(room) }

    /// A room in an argument that is always there.
    func post(_ room: RoomName, _ text: String, _ context: EventContext) throws -> String {
        try context.to(room).emit("said", text)
        return "posted"
    }

    func message(_ message: Message, _ context: EventContext) throws -> String {
        try context.to(message.room).emit("said", message.text)
        return "posted"
    }

    /// A room that may be left out.
    func filter(_ text: String, _ room: RoomName?, _ context: EventContext) throws -> String {
        if let room { try context.to(room).emit("said", text) }
        return "posted"
    }

    func move(_ move: Move, _ context: EventContext) throws -> String {
        try context.to(move.to).emit("said", "moved")
        return "posted"
    }

    private static func rooms(_ text: String) -> [RoomName] { text.split(separator: " ").compactMap { RoomName(String($0)) } }

    /// No declared room at all; the names stand in one text.
    func send(_ rooms: String, _ text: String, _ way: Way, _ context: EventContext) throws -> String {
        try emit(Self.rooms(rooms), text, way, context)
        return "posted"
    }

    func sendLater(_ rooms: String, _ text: String, _ way: Way, _ context: EventContext) async throws -> String {
        let names = Self.rooms(rooms)
        await Task.yield()
        switch way {
        case .asking: _ = try await audience(names, context.everyone).timeout(.milliseconds(1)).emitWithAck("said", text)
        case .task: try await Task { try emit(names, text, .client, context) }.value
        case .keptContext: try await Task.detached { try emit(names, text, .context, context) }.value
        default: try emit(names, text, way, context)
        }
        return "posted"
    }

    /// To one client.
    func whisper(_ to: String, _ text: String, _ context: EventContext) throws -> String {
        if let id = SocketID(to) { try context.everyone.to(id).emit("said", text) }
        return "posted"
    }

    private func emit(_ rooms: [RoomName], _ text: String, _ way: Way, _ context: EventContext) throws {
        let client = context.client
        switch way {
        case .client: try audience(rooms, client.everyoneElse).emit("said", text)
        case .server: try audience(rooms, client.server.of(client.namespace)).emit("said", text)
        default: try audience(rooms, context.everyone).emit("said", text)
        }
    }

    /// Nobody in particular where there are no rooms.
    private func audience(_ rooms: [RoomName], _ everyone: Broadcaster) -> Broadcaster { rooms.reduce(everyone) { $0.to($1) } }
}
