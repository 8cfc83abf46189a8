import GatehouseJSON
import GatehousePolicy
import SocketIO

/// The built-in event `presence` (PRE-01). Its route is put into every namespace.
struct PresenceGateway: Gateway {
    static let namespace: Namespace = "/"

    func routes(_ on: inout Routes) { on(BuiltInEvent.presence.rawValue, read) }

    /// Who is in a room. The client must be in it, and the policy must name it.
    func read(_ request: PresenceRequest, _ context: EventContext) async throws -> PresencePage {
        let room = request.room.name
        guard let socket = context.client.handle.onLoop, let client = socket.clientState else {
            throw GatewayError(.internal, "the client is not on this event loop")
        }
        guard socket.isIn(room) else { throw GatewayError(.forbidden, "Join the room to see who is there") }
        guard client.policy.presenceRooms.matches(room) else { throw GatewayError(.notFound, "Presence is not shown for this room") }
        let presence = try await context.client.server.of(context.client.namespace).in(request.room).presence()
        let rest = presence.users.drop { found in
            request.after.map { !$0.utf8.lexicographicallyPrecedes(found.user.description.utf8) } ?? false
        }
        return PresencePage(presence: presence, users: Array(rest.prefix(request.limit)), hasMore: rest.count > request.limit)
    }
}

/// The payload of `presence`.
struct PresenceRequest: Payload {
    var room: RoomName
    /// How many users.
    var limit: Int
    /// `next` of the page before.
    var after: String?

    static let schema = Schema(
        Field("room", \.room),
        Field("limit", \.limit, .range(1...1_000), default: 200),
        Field("after", \.after, .length(1...2_048)),
        make: PresenceRequest.init)
}

/// The answer to `presence`.
struct PresencePage: JSONEncodable, Sendable {
    let presence: Presence
    let users: [PresentUser]
    let hasMore: Bool

    func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("users", users)
            $0.member("anonymous", presence.anonymous)
            $0.member("silent_nodes", presence.silentNodes)
            if hasMore { $0.member(ifPresent: "next", users.last?.user.description) }
        }
    }
}
