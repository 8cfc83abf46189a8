import Gatehouse
import GatehouseAudit
import GatehouseNetwork
import SocketIO

/// `ban.add`: keeps a user, an address or a network out of the node, a namespace, or a room.
struct BanAdd: Act {
    static let verb = AdminVerb.banAdd

    enum Kind: String, PayloadEnum { case user, ip, cidr }

    struct Scope: Payload {
        var ns: String?
        var room: String?

        static let schema = Schema(
            Field("ns", \.ns, .length(1...128)),
            Field("room", \.room, .length(1...256)),
            rules: [CrossFieldRule("namespaceNeeded", at: "room", "needs ns beside it") { $0.room == nil || $0.ns != nil }],
            make: Scope.init
        )
    }

    var requestID: String
    var reason: String
    var kind: Kind
    var user: UserReference?
    var value: String?
    var scope: Scope?
    var duration: Int64?
    var expires: Instant?
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("kind", \.kind),
        Field("user", \.user),
        Field("value", \.value, .length(1...64)),
        Field("scope", \.scope),
        Field("duration_s", \.duration, .range(1...315_360_000)),
        Field("expires_at", \.expires),
        Field("dry_run", \.dryRun, default: false),
        rules: Self.rules,
        make: BanAdd.init
    )

    private static let rules: [CrossFieldRule<BanAdd>] = [
        CrossFieldRule("userOfKind", at: "user", "belongs to the kind user, and value to ip and cidr") {
            ($0.kind == .user) == ($0.user != nil) && ($0.kind == .user) == ($0.value == nil)
        },
        CrossFieldRule("oneEnd", at: "expires_at", "and duration_s are not both given") { $0.duration == nil || $0.expires == nil },
    ]

    var subject: ActSubject { ActSubject(ns: scope?.ns, room: scope?.room, user: user, reference: value) }

    private func ban(_ making: ActMaking) throws -> Ban {
        let place = try scope?.room.map { room in try making.room(room, scope?.ns ?? "") }
        return Ban(
            id: making.request, subject: try banned(), namespace: try place?.namespace ?? scope?.ns.map { try making.served($0) },
            room: place?.room, ends: try making.end(after: duration, at: expires))
    }

    private func banned() throws -> Ban.Subject {
        if let user { return .user(user.key) }
        guard let value, let network = CIDR(value) else {
            throw GatewayError(.invalid, "value is an address, or a network whose bits after the prefix are zero, as 192.0.2.0/24")
        }
        guard kind == .cidr || !value.utf8.contains(UInt8(ascii: "/")) else {
            throw GatewayError(.invalid, "value is a network: its kind is cidr")
        }
        // IPv4 lies in the last 32 of 128 bits.
        let length = network.base.isV4 ? network.prefix - 96 : network.prefix
        guard length >= (network.base.isV4 ? 8 : 16) else {
            throw GatewayError(.invalid, "A network this wide is not banned: /8 is the widest of IPv4, and /16 of IPv6")
        }
        return .network(network)
    }

    func check(_ making: ActMaking) async throws {
        let ban = try ban(making)
        if case .user(let user) = ban.subject { return try await making.requireRank(over: user) }
        let (ranks, rank) = (making.ranks, making.rank)
        let census = try await making.directory.census(meantBy: ban) { ranks.reached(by: $0) >= rank }
        guard !census.isFound else { throw GatewayError(.rank, rank.refusal) }
    }

    func preview(_ making: ActMaking) async throws -> JSONObject {
        let census = try await making.directory.census(meantBy: try ban(making)) { _ in false }
        return ["closed": .integer(Int64(census.connections))]
    }

    func changes(_ making: ActMaking) async throws -> [StateChange] { [.ban(try ban(making))] }

    func settled(_ changes: [StateChange]) -> JSONObject {
        guard case .ban(let ban)? = changes.first else { return [:] }
        return (["ban_id": .string(ban.id.description)] as JSONObject).adding(["until": ban.ends.map { .integer($0) }])
    }

    func effect(_ making: ActMaking) async throws -> JSONObject {
        ["closed": .integer(Int64(try await making.directory.enforceBans()))]
    }
}

/// `ban.remove`: lifts a ban.
struct BanRemove: Act {
    static let verb = AdminVerb.banRemove

    var requestID: String
    var reason: String
    var banID: String
    var dryRun: Bool

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("ban_id", \.banID, .ulid),
        Field("dry_run", \.dryRun, default: false),
        make: BanRemove.init
    )

    var subject: ActSubject { ActSubject(reference: banID) }

    private func ban(_ making: ActMaking) throws -> Ban {
        guard let id = ULID(banID), let kept = try making.state.bans[id] else {
            throw GatewayError(.notFound, "There is no such ban: ban.list has those in force")
        }
        return kept.value
    }

    func check(_ making: ActMaking) async throws {
        if case .user(let user) = try ban(making).subject { try await making.requireRank(over: user) }
    }

    func changes(_ making: ActMaking) async throws -> [StateChange] { [.unban(try ban(making).id)] }

    func effect(_ making: ActMaking) async throws -> JSONObject { ["removed": .bool(true)] }
}
