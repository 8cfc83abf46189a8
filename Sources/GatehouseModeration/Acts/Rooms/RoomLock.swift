import Gatehouse

/// `room.lock`: nobody sends in a room, or joins it either.
struct RoomLock: Act {
    static let verb = AdminVerb.roomLock

    enum Mode: String, PayloadEnum {
        case readOnly = "read_only"
        case closed

        var lock: RoomRestriction.LockMode { self == .closed ? .closed : .readOnly }
    }

    var requestID: String
    var reason: String
    var ns: String
    var room: String
    var mode: Mode
    var duration: Int64?
    var expires: Instant?
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("ns", \.ns, .length(1...128)),
        Field("room", \.room, .length(1...256)),
        Field("mode", \.mode, default: .readOnly),
        Field("duration_s", \.duration, .range(1...31_536_000)),
        Field("expires_at", \.expires),
        Field("dry_run", \.dryRun, default: false),
        rules: Self.rules,
        make: RoomLock.init
    )

    private static let rules: [CrossFieldRule<RoomLock>] = [
        CrossFieldRule("oneEnd", at: "expires_at", "and duration_s are not both given") { $0.duration == nil || $0.expires == nil }
    ]

    var subject: ActSubject { ActSubject(ns: ns, room: room) }

    func check(_ making: ActMaking) async throws {
        _ = try making.room(room, ns)
        _ = try making.end(after: duration, at: expires)
    }

    func preview(_ making: ActMaking) async throws -> JSONObject {
        let place = try making.room(room, ns)
        let members = try await making.directory.count(SessionFilter(namespace: place.namespace, room: place.room))
        return ["members": .integer(Int64(members))]
    }

    func changes(_ making: ActMaking) async throws -> [StateChange] {
        let lock = RoomRestriction.Lock(mode: mode.lock, ends: try making.end(after: duration, at: expires))
        return [.lock(try making.room(room, ns), lock)]
    }

    func settled(_ changes: [StateChange]) -> JSONObject {
        guard case .lock(_, let lock?)? = changes.first else { return [:] }
        return (["mode": .string(lock.mode.rawValue)] as JSONObject).adding(["until": lock.ends.map { .integer($0) }])
    }

    func effect(_ making: ActMaking) async throws -> JSONObject { [:] }
}

/// `room.unlock`: lifts a lock.
struct RoomUnlock: Act {
    static let verb = AdminVerb.roomUnlock

    var requestID: String
    var reason: String
    var ns: String
    var room: String
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("ns", \.ns, .length(1...128)),
        Field("room", \.room, .length(1...256)),
        Field("dry_run", \.dryRun, default: false),
        make: RoomUnlock.init
    )

    var subject: ActSubject { ActSubject(ns: ns, room: room) }

    func check(_ making: ActMaking) async throws {
        guard try making.state.rooms[try making.room(room, ns)]?.lock != nil else {
            throw GatewayError(.notFound, "This room is not locked")
        }
    }

    func changes(_ making: ActMaking) async throws -> [StateChange] { [.lock(try making.room(room, ns), nil)] }

    func effect(_ making: ActMaking) async throws -> JSONObject { ["unlocked": .bool(true)] }
}
