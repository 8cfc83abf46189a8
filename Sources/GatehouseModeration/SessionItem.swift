import Gatehouse

extension SessionSnapshot {
    /// The session as `session.list` shows it.
    var item: JSONObject {
        var namespaces: [JSONValue] = []
        var rooms: [JSONValue] = []
        for member in sockets {
            namespaces.append(.string(member.namespace.name))
            rooms += member.rooms.map { .string($0) }
        }
        var item: JSONObject = [
            "sid_ref": .string(reference),
            "ns": .array(namespaces),
            "rooms": .array(rooms),
            "ip": .string(address),
            "transport": .string(transport),
            "since": .integer(since),
            "queue_bytes": .integer(Int64(queuedBytes)),
            "violations": .integer(Int64(violations)),
        ]
        if let principal, let iss = principal.iss, let sub = principal.subject {
            item["user"] = ["iss": .string(iss), "sub": .string(sub)]
            if let expires = principal.expires { item["token_exp"] = .integer(Int64(expires)) }
        }
        return item
    }
}
