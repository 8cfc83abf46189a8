import Gatehouse

// The contract of what the feed sends. `Feed` writes the items, and these types are never built here; a test reads with them what it writes.
// `at` is milliseconds since 1970; `dropped` says how many items were lost before this one.

/// `feed.session`: `opened`, `joined`, `left`, `closed`.
struct SessionFeed: Payload {
    var items: [Item]

    static let schema = Schema(Field("items", \.items), make: SessionFeed.init)

    struct Item: Payload {
        var kind: String
        var at: Int64
        var dropped: Int64?
        var reference: String?
        var user: UserReference?
        var ns: String?
        var ip: String?
        var transport: String?
        var reason: String?
        var ms: Int64?
        var messages: Int64?

        static let schema = Schema(
            Field("kind", \.kind), Field("at", \.at), Field("dropped", \.dropped), Field("sid_ref", \.reference), Field("user", \.user),
            Field("ns", \.ns), Field("ip", \.ip), Field("transport", \.transport), Field("reason", \.reason), Field("ms", \.ms),
            Field("messages", \.messages), make: Item.init)
    }
}

/// `feed.room`: `created`, `deleted`, `joined`, `left`.
struct RoomFeed: Payload {
    var items: [Item]

    static let schema = Schema(Field("items", \.items), make: RoomFeed.init)

    struct Item: Payload {
        var kind: String
        var at: Int64
        var dropped: Int64?
        var reference: String?
        var user: UserReference?
        var ns: String
        var room: String

        static let schema = Schema(
            Field("kind", \.kind), Field("at", \.at), Field("dropped", \.dropped), Field("sid_ref", \.reference), Field("user", \.user),
            Field("ns", \.ns), Field("room", \.room), make: Item.init)
    }
}

/// `feed.decision`: `denied`, `would_deny`.
struct DecisionFeed: Payload {
    var items: [Item]

    static let schema = Schema(Field("items", \.items), make: DecisionFeed.init)

    struct Item: Payload {
        var kind: String
        var at: Int64
        var dropped: Int64?
        var reference: String?
        var user: UserReference?
        var ns: String?
        var room: String?
        var record: String
        var decision: String?
        var code: String
        var rule: String?
        var reason: String?
        var event: String?
        var ip: String?

        static let schema = Schema(
            Field("kind", \.kind), Field("at", \.at), Field("dropped", \.dropped), Field("sid_ref", \.reference), Field("user", \.user),
            Field("ns", \.ns), Field("room", \.room), Field("record", \.record), Field("decision", \.decision), Field("code", \.code),
            Field("rule", \.rule), Field("reason", \.reason), Field("event", \.event), Field("ip", \.ip), make: Item.init)
    }
}

/// `feed.moderation`: the kind is the verb.
struct ModerationFeed: Payload {
    var items: [Item]

    static let schema = Schema(Field("items", \.items), make: ModerationFeed.init)

    struct Item: Payload {
        var kind: String
        var at: Int64
        var dropped: Int64?
        var user: UserReference?
        var ns: String?
        var room: String?
        var by: UserReference?
        var outcome: String
        var reason: String
        var request: String?
        var about: String?
        var auditSequence: Int64?
        var detail: JSONValue?

        static let schema = Schema(
            Field("kind", \.kind), Field("at", \.at), Field("dropped", \.dropped), Field("user", \.user), Field("ns", \.ns),
            Field("room", \.room), Field("by", \.by), Field("outcome", \.outcome), Field("reason", \.reason), Field("request", \.request),
            Field("about", \.about), Field("audit_seq", \.auditSequence), Field("detail", \.detail), make: Item.init)
    }
}

/// `feed.alert`: the kind is the event of the audit log.
struct AlertFeed: Payload {
    var items: [Item]

    static let schema = Schema(Field("items", \.items), make: AlertFeed.init)

    struct Item: Payload {
        var kind: String
        var at: Int64
        var dropped: Int64?
        var severity: String
        var about: String?
        var detail: JSONValue?

        static let schema = Schema(
            Field("kind", \.kind), Field("at", \.at), Field("dropped", \.dropped), Field("severity", \.severity), Field("about", \.about),
            Field("detail", \.detail), make: Item.init)
    }
}
