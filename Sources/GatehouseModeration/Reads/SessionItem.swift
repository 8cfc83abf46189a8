import Gatehouse

/// The answer of `session.list`. Users choose parts of it, such as the names of their rooms, so it is bounded: no user can make it too
/// large.
struct SessionAnswer {
    /// About this many bytes of names are in one answer; the rest is on the next page.
    private static let bytes = 128 << 10

    let object: JSONObject

    /// - Parameters:
    ///   - page: the sessions in their order; one more than `limit` where there are more.
    ///   - now: milliseconds since 1970.
    init(_ page: [SessionSnapshot], limit: Int, restrictions: RestrictionSet = .none, now: Int64 = 0) {
        let mutes = MutesInForce(of: Set(page.lazy.compactMap(\.user)), in: restrictions, now: now)
        var items: [JSONValue] = []
        var left = Self.bytes
        for session in page.prefix(limit) {
            guard items.isEmpty || left > 0 else { break }
            var item = session.item
            mutes.mark(&item, of: session.user)
            items.append(.object(item))
            left -= session.nameBytes
        }
        var object: JSONObject = ["items": .array(items)]
        if items.count < page.count, let last = page.prefix(items.count).last { object["cursor"] = .string(last.reference) }
        self.object = object
    }
}

extension SessionSnapshot {
    /// The most rooms that are shown of a session in a list.
    private static let rooms = 64

    /// The user of the session; `nil` for an anonymous client.
    var user: UserID? { principal.flatMap { UserID($0) } }

    /// The session as `session.list` shows it.
    var item: JSONObject {
        let namespaces = sockets.map { JSONValue.string($0.namespace.name) }
        let rooms = sockets.flatMap(\.rooms)
        var item = summary
        item["ns"] = .array(namespaces)
        item["rooms"] = .array(rooms.prefix(Self.rooms).map { .string($0) })
        if rooms.count > Self.rooms { item["more_rooms"] = .integer(Int64(rooms.count - Self.rooms)) }
        if let user {
            item["user"] = .object(user.json)
            if let expires = principal?.expires { item["token_exp"] = .integer(Int64(saturating: expires)) }
        }
        return item
    }

    /// What a session has whatever namespaces it is in.
    var summary: JSONObject {
        [
            "sid_ref": .string(reference), "ip": .string(address), "transport": .string(transport), "since": .integer(since),
            "queue_bytes": .integer(Int64(queuedBytes)), "violations": .integer(Int64(violations)),
        ]
    }

    /// About how many bytes of names are in the item.
    fileprivate var nameBytes: Int {
        let names = sockets.lazy.map(\.namespace.name) + sockets.lazy.flatMap(\.rooms).prefix(Self.rooms)
        return 256 + names.reduce(0) { $0 + $1.utf8.count } + (principal?.iss?.utf8.count ?? 0) + (principal?.subject?.utf8.count ?? 0)
    }
}

extension Int64 {
    /// The whole part of a number of seconds, or the nearest that there is: a token may claim any.
    init(saturating seconds: Double) {
        self = Int64(exactly: seconds.rounded(.down)) ?? (seconds > 0 ? .max : seconds < 0 ? .min : 0)
    }
}
