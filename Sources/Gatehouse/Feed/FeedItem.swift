package import GatehouseAudit
import GatehouseJSON

/// One item of the live feed: names, codes and numbers. It has no place for a message body, a token or a claim (MOD-31).
package struct FeedItem: Sendable {
    package let topic: FeedTopic
    /// What happened, such as `opened`.
    package let kind: String
    /// Milliseconds since 1970.
    package let time: Int64
    /// The handle of the session, as `session.list` names it.
    package var session: String?
    package var user: UserID?
    package var namespace: String?
    package var room: String?
    /// What else is told, in order. The names are the program's.
    package private(set) var details: [(name: String, value: AuditScalar)] = []
    /// Who acted, where it was an act of staff.
    package var actor: UserID?
    /// What differs from one kind to the other: an object of its own.
    package private(set) var more: [(name: String, value: AuditScalar)] = []

    /// The most bytes of a text that a peer has chosen.
    package static let textLimit = 256

    package init(
        _ topic: FeedTopic, _ kind: String, at time: Int64, session: String? = nil, user: UserID? = nil, namespace: String? = nil,
        room: String? = nil
    ) {
        self.topic = topic
        self.kind = kind
        self.time = time
        self.session = session
        self.user = user
        self.namespace = namespace
        self.room = room?.cut(toBytes: Self.textLimit)
    }

    /// One of the details that are texts.
    package func text(_ name: String) -> String? {
        for (known, value) in details where known == name {
            if case .string(let text) = value { return text }
        }
        return nil
    }

    /// Adds a text, cut to `limit` bytes.
    package mutating func add(_ name: String, _ text: String?, limit: Int = Self.textLimit) {
        if let text { details.append((name, .string(text.cut(toBytes: limit)))) }
    }

    package mutating func add(_ name: String, _ number: Int64?) {
        if let number { details.append((name, .integer(number))) }
    }

    /// Adds to what differs from one kind to the other; a text is cut.
    package mutating func add(more name: String, _ value: AuditScalar) {
        guard more.count < AuditDetail.limit else { return }
        if case .string(let text) = value {
            more.append((name, .string(text.cut(toBytes: Self.textLimit))))
        } else {
            more.append((name, value))
        }
    }

    /// About how much memory it takes, and how long it is as JSON.
    var byteCount: Int {
        var count = 160 + (session?.utf8.count ?? 0) + (namespace?.utf8.count ?? 0) + (room?.utf8.count ?? 0)
        if let user { count += user.iss.utf8.count + user.subject.utf8.count + 24 }
        if let actor { count += actor.iss.utf8.count + actor.subject.utf8.count + 24 }
        for (name, value) in details { count += Self.byteCount(name, value) }
        for (name, value) in more { count += Self.byteCount(name, value) }
        return count
    }

    private static func byteCount(_ name: String, _ value: AuditScalar) -> Int {
        if case .string(let text) = value { name.utf8.count + text.utf8.count + 24 } else { name.utf8.count + 24 }
    }
}

/// An item on its way to subscribers: one object, however many there are, whose size is reckoned once.
final class FeedNote: Sendable {
    let item: FeedItem
    let byteCount: Int

    init(_ item: FeedItem) {
        self.item = item
        byteCount = item.byteCount
    }
}

/// An item as it goes out.
struct FeedEntry: JSONEncodable {
    let note: FeedNote
    /// How many items were dropped before this one.
    let dropped: UInt64

    var item: FeedItem { note.item }

    func encode(to writer: inout JSONWriter) {
        let item = item
        writer.object { writer in
            writer.member("kind", item.kind)
            writer.member("at", item.time)
            if dropped > 0 { writer.member("dropped", Int64(clamping: dropped)) }
            if let session = item.session { writer.member("sid_ref", session) }
            if let user = item.user {
                writer.member("user", FeedUser(user: user))
            }
            if let namespace = item.namespace { writer.member("ns", namespace) }
            if let room = item.room { writer.member("room", room) }
            if let actor = item.actor { writer.member("by", FeedUser(user: actor)) }
            for (name, value) in item.details { writer.member(name, FeedScalar(value: value)) }
            if !item.more.isEmpty { writer.member("detail", FeedDetail(members: item.more)) }
        }
    }
}

private struct FeedScalar: JSONEncodable {
    let value: AuditScalar

    func encode(to writer: inout JSONWriter) {
        switch value {
        case .string(let text), .document(let text): writer.string(text)
        case .integer(let number): writer.integer(number)
        case .bool(let flag): writer.bool(flag)
        }
    }
}

private struct FeedDetail: JSONEncodable {
    let members: [(name: String, value: AuditScalar)]

    func encode(to writer: inout JSONWriter) {
        writer.object { for (name, value) in members { $0.member(name, FeedScalar(value: value)) } }
    }
}

private struct FeedUser: JSONEncodable {
    let user: UserID

    func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.member("iss", user.iss)
            $0.member("sub", user.subject)
        }
    }
}

/// The argument of a feed event: some items of one topic, in their order.
struct FeedBatch: JSONEncodable {
    let entries: [FeedEntry]

    func encode(to writer: inout JSONWriter) {
        writer.object { $0.member("items", entries) }
    }
}
