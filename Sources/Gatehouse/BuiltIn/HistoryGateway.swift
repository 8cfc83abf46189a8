import GatehouseJSON
import SocketIO

/// The built-in event `history` (HIS-02). Its route is put into every namespace.
struct HistoryGateway: Gateway {
    static let namespace: Namespace = "/"

    func routes(_ on: inout Routes) { on(BuiltInEvent.history.rawValue, read) }

    /// A page holds no more than this beyond its first event, so that it does not fill the queue of the connection.
    private static let pageBytes = 262_144

    /// The room's events that the client may receive now. The client must be in the room, so what keeps it out of the room keeps it out of
    /// the history.
    func read(_ request: HistoryRequest, _ context: EventContext) throws -> HistoryPage {
        guard let socket = context.client.handle.onLoop, let client = socket.clientState else {
            throw GatewayError(.internal, "the client is not on this event loop")
        }
        guard socket.isIn(request.room.name) else { throw GatewayError(.forbidden, "Join the room to read its history") }
        return try context.everyone.in(request.room).history(last: request.last, before: request.before, bytes: Self.pageBytes) { entry in
            client.pipeline.mayReceive(entry.event, socket) && !entry.except.contains(where: socket.isIn)
                && entry.isFor?(socket) != false
        }
    }
}

/// The payload of `history`.
struct HistoryRequest: Payload {
    var room: RoomName
    /// How many events.
    var last: Int
    /// The id of an event: those before it.
    var before: String?

    static let schema = Schema(
        Field("room", \.room),
        Field("last", \.last, .range(1...100), default: 50),
        Field("before", \.before, .length(22...22)),
        make: HistoryRequest.init)
}
