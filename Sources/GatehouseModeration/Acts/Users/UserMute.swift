import Gatehouse

/// `user.mute`: a user may not send, everywhere, in a namespace, or in a room, until an instant. A shadow mute is not told to the user.
struct UserMute: Act {
    static let verb = AdminVerb.userMute
    /// The longest mute: 28 days, in seconds.
    static let longest: Int64 = 28 * 86_400

    var requestID: String
    var reason: String
    var user: UserReference
    var ns: String?
    var room: String?
    var duration: Int64?
    var expires: Instant?
    var shadow: Bool
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("user", \.user),
        Field("ns", \.ns, .length(1...128)),
        Field("room", \.room, .length(1...256)),
        Field("duration_s", \.duration, .range(1...longest)),
        Field("expires_at", \.expires),
        Field("shadow", \.shadow, default: false),
        Field("dry_run", \.dryRun, default: false),
        rules: Self.rules,
        make: UserMute.init
    )

    private static let rules: [CrossFieldRule<UserMute>] = [
        CrossFieldRule("oneEnd", at: "duration_s", "or expires_at must be given, and not both") {
            ($0.duration == nil) != ($0.expires == nil)
        },
        CrossFieldRule("namespaceNeeded", at: "room", "needs ns beside it") { $0.room == nil || $0.ns != nil },
    ]

    var subject: ActSubject { ActSubject(ns: ns, room: room, user: user) }

    func check(_ making: ActMaking) async throws {
        _ = try making.mutePlace(user, ns, room)
        guard let end = try making.end(after: duration, at: expires), end - making.now <= Self.longest * 1_000 else {
            throw GatewayError(.invalid, "A mute lasts 28 days at most")
        }
        try await making.requireRank(over: user.key)
    }

    func preview(_ making: ActMaking) async throws -> JSONObject {
        let filter = SessionFilter(namespace: try making.namespace(ns), room: room, user: user.key)
        return ["sessions": .integer(Int64(try await making.directory.count(filter)))]
    }

    func changes(_ making: ActMaking) async throws -> [StateChange] {
        guard let end = try making.end(after: duration, at: expires) else { return [] }
        return [.mute(Mute(place: try making.mutePlace(user, ns, room), ends: end, isShadow: shadow))]
    }

    func settled(_ changes: [StateChange]) -> JSONObject {
        guard case .mute(let mute)? = changes.first else { return [:] }
        return ["muted_until": .integer(mute.ends)]
    }

    func effect(_ making: ActMaking) async throws -> JSONObject { [:] }
}

/// `user.unmute`: lifts the mute of exactly this place.
struct UserUnmute: Act {
    static let verb = AdminVerb.userUnmute

    var requestID: String
    var reason: String
    var user: UserReference
    var ns: String?
    var room: String?
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("user", \.user),
        Field("ns", \.ns, .length(1...128)),
        Field("room", \.room, .length(1...256)),
        Field("dry_run", \.dryRun, default: false),
        rules: Self.rules,
        make: UserUnmute.init
    )

    private static let rules: [CrossFieldRule<UserUnmute>] = [
        CrossFieldRule("namespaceNeeded", at: "room", "needs ns beside it") { $0.room == nil || $0.ns != nil }
    ]

    var subject: ActSubject { ActSubject(ns: ns, room: room, user: user) }

    func check(_ making: ActMaking) async throws {
        try await making.requireRank(over: user.key)
        guard try making.state.mutes[try making.mutePlace(user, ns, room)] != nil else {
            throw GatewayError(.notFound, "This user is not muted there: mute.list says where")
        }
    }

    func changes(_ making: ActMaking) async throws -> [StateChange] { [.unmute(try making.mutePlace(user, ns, room))] }

    func effect(_ making: ActMaking) async throws -> JSONObject { ["unmuted": .bool(true)] }
}

extension ActMaking {
    func mutePlace(_ user: UserReference, _ ns: String?, _ room: String?) throws -> Mute.Place {
        guard let ns else { return Mute.Place(user: user.key, namespace: nil, room: nil) }
        guard let room else { return Mute.Place(user: user.key, namespace: try served(ns), room: nil) }
        let place = try self.room(room, ns)
        return Mute.Place(user: user.key, namespace: place.namespace, room: place.room)
    }
}
