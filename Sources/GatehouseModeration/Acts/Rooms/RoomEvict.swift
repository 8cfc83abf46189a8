import Gatehouse
import SocketIO

/// `room.evict`: takes a user out of a room. To keep the user out, ban from the room.
struct RoomEvict: LiveAct {
    static let verb = AdminVerb.roomEvict

    var requestID: String
    var reason: String
    var ns: String
    var room: String
    var user: UserReference
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("ns", \.ns, .length(1...128)),
        Field("room", \.room, .length(1...256)),
        Field("user", \.user),
        Field("dry_run", \.dryRun, default: false),
        make: RoomEvict.init
    )

    var subject: ActSubject { ActSubject(ns: ns, room: room, user: user) }

    func check(_ making: ActMaking) async throws {
        let place = try making.room(room, ns)
        try await making.requireRank(over: user.key)
        guard try await sessions(place, making) == 0 else { return }
        let elsewhere = await making.elsewhere(SessionFilter(namespace: place.namespace, room: place.room, user: user.key))
        guard elsewhere.connections > 0 else { throw GatewayError(.notFound, "This user is not in this room" + elsewhere.silence) }
    }

    private func sessions(_ place: RoomRestriction.Place, _ making: ActMaking) async throws -> Int {
        try await making.directory.census(of: user.key, in: place.room, of: place.namespace).connections
    }

    func preview(_ making: ActMaking) async throws -> JSONObject {
        ["removed": .integer(Int64(try await sessions(try making.room(room, ns), making)))]
    }

    func effect(on node: ActNode) async throws -> JSONObject {
        let place = try node.room(room, ns)
        return ["removed": .integer(Int64(try await node.directory.evict(user.key, from: place.room, in: place.namespace)))]
    }
}
