import Gatehouse
import GatehouseAudit

/// The answer of `session.get`: all that staff may know of one session. It holds no session id, no token and no claim but `client_id`.
struct SessionAccount {
    /// About this many bytes of room names are in the answer.
    private static let bytes = 64 << 10
    /// The most refusals that are shown.
    static let denials = 20
    private static let roles = 64

    let object: JSONObject

    /// - Parameter now: milliseconds since 1970.
    init(_ session: SessionSnapshot, denials: [Refusal], restrictions: RestrictionSet, now: Int64) {
        var left = Self.bytes
        var object = session.summary
        var hidden = 0
        object["sockets"] = .array(
            session.sockets.map { socket in
                let shown = socket.rooms.prefix { room in
                    left -= room.utf8.count + 4
                    return left > 0
                }
                hidden += socket.rooms.count - shown.count
                return .object(Self.account(of: socket, rooms: shown))
            })
        if hidden > 0 { object["more_rooms"] = .integer(Int64(hidden)) }
        if let user = session.user { object["user"] = .object(user.json) }
        MutesInForce(of: Set([session.user].compactMap { $0 }), in: restrictions, now: now).mark(&object, of: session.user)
        object["denials"] = .array(denials.prefix(Self.denials).map { .object($0.summary) })
        self.object = object
    }

    private static func account(of socket: SessionSnapshot.Member, rooms: ArraySlice<String>) -> JSONObject {
        let principal = socket.principal
        var account: JSONObject = [
            "ns": .string(socket.namespace.name), "id": .string(socket.id.description), "rooms": .array(rooms.map { .string($0) }),
        ]
        guard let user = UserID(principal) else { return account }
        account["user"] = .object(user.json)
        account["roles"] = .array(principal.roles.prefix(Self.roles).map { .string($0) })
        account["client_id"] = principal.claims["client_id"]?.stringValue.map { .string($0.cut(toBytes: 256)) }
        account["token_exp"] = principal.expires.map { .integer(Int64(saturating: $0)) }
        return account
    }
}

extension Refusal {
    /// The refusal in a list: what it was about, and by what; `policy.explain` tells more by its decision.
    var summary: JSONObject {
        var summary: JSONObject = ["time": .integer(time), "record": .string(record.event.rawValue)]
        let texts: [(String, String?)] = [
            ("decision", record.decision?.id.description), ("rule", record.decision?.rule), ("reason", record.decision?.reason),
            ("ns", record.target?.namespace), ("event", record.target?.event), ("room", record.target?.room),
        ]
        // Names of events and rooms are the peer's to choose, and may be long.
        for (name, text) in texts { summary[name] = text.map { .string($0.cut(toBytes: 256)) } }
        return summary
    }
}
