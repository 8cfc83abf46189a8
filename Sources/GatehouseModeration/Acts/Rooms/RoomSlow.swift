import Gatehouse

/// `room.slow`: each user waits between two messages in a room; an interval of 0 lifts it.
struct RoomSlow: Act {
    static let verb = AdminVerb.roomSlow

    var requestID: String
    var reason: String
    var ns: String
    var room: String
    var interval: Int64
    var exemptRoles: [String]
    var duration: Int64?
    var expires: Instant?
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("ns", \.ns, .length(1...128)),
        Field("room", \.room, .length(1...256)),
        Field("interval_s", \.interval, .range(0...21_600)),
        Field("exempt_roles", \.exemptRoles, .count(0...16), .each(.length(1...128)), default: []),
        Field("duration_s", \.duration, .range(1...31_536_000)),
        Field("expires_at", \.expires),
        Field("dry_run", \.dryRun, default: false),
        rules: Self.rules,
        make: RoomSlow.init
    )

    private static let rules: [CrossFieldRule<RoomSlow>] = [
        CrossFieldRule("oneEnd", at: "expires_at", "and duration_s are not both given") { $0.duration == nil || $0.expires == nil }
    ]

    var subject: ActSubject { ActSubject(ns: ns, room: room) }

    func check(_ making: ActMaking) async throws {
        let place = try making.room(room, ns)
        _ = try making.end(after: duration, at: expires)
        guard try interval > 0 || making.state.rooms[place]?.slow != nil else {
            throw GatewayError(.notFound, "This room is not slow")
        }
    }

    func preview(_ making: ActMaking) async throws -> JSONObject {
        let place = try making.room(room, ns)
        let members = try await making.directory.count(SessionFilter(namespace: place.namespace, room: place.room))
        return ["members": .integer(Int64(members))]
    }

    func changes(_ making: ActMaking) async throws -> [StateChange] {
        let place = try making.room(room, ns)
        guard interval > 0 else { return [.slow(place, nil)] }
        let ends = try making.end(after: duration, at: expires)
        return [.slow(place, RoomRestriction.SlowMode(interval: interval * 1_000, exemptRoles: exemptRoles, ends: ends))]
    }

    func settled(_ changes: [StateChange]) -> JSONObject {
        guard case .slow(_, let slow)? = changes.first else { return [:] }
        return (["interval_s": .integer(interval)] as JSONObject).adding(["until": slow?.ends.map { .integer($0) }])
    }

    func effect(_ making: ActMaking) async throws -> JSONObject { [:] }
}
