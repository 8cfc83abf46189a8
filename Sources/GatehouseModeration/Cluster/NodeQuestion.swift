import Gatehouse
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy

/// What one node of a cluster asks the others: about their sessions (CLU-23), and to change their policies with it (CLU-25). Pure.
enum NodeQuestion: Sendable {
    /// A page of sessions.
    case sessions(SessionFilter, after: String, limit: Int)
    /// One session, with all that staff see of it. Some staff are confined to rooms.
    case session(String, in: [String]?)
    /// A page of rooms.
    case rooms(String, in: [String]?, after: String, limit: Int)
    /// How many sessions a filter means, and whose they are.
    case census(SessionFilter)
    case stats
    /// A part of a reload of all nodes.
    case policies(PolicyQuestion)

    /// How old a question may be, in milliseconds: the clocks of the nodes differ a little.
    static let lifetime: Int64 = 60_000

    func text(at now: Int64) -> String {
        var object: JSONObject =
            switch self {
            case .sessions(let filter, let after, let limit):
                filter.json.adding(["ask": "sessions", "after": .string(after), "limit": .integer(Int64(limit))])
            case .session(let reference, let rooms):
                (["ask": "session", "ref": .string(reference)] as JSONObject).adding(["rooms": rooms?.json])
            case .rooms(let namespace, let rooms, let after, let limit):
                (["ask": "rooms", "ns": .string(namespace), "after": .string(after), "limit": .integer(Int64(limit))] as JSONObject)
                    .adding(["rooms": rooms?.json])
            case .census(let filter): filter.json.adding(["ask": "census"])
            case .stats: ["ask": "stats"]
            case .policies(let question): question.json
            }
        object["at"] = .integer(now)
        return JSONValue.object(object).serialized
    }

    /// `nil` for what no node asks, and for what is too old.
    init?(_ text: String, now: Int64) {
        guard let json = try? JSONValue(parsing: Array(text.utf8), limits: JSONLimits()), let at = json["at"]?.integerValue,
            now.subtractingClamped(at).magnitude <= Self.lifetime.magnitude
        else { return nil }
        func page() -> (after: String, limit: Int)? {
            guard let after = json["after"]?.stringValue, let limit = json["limit"]?.integerValue.flatMap({ Int(exactly: $0) }),
                (1...201).contains(limit)
            else { return nil }
            return (after, limit)
        }
        switch json["ask"]?.stringValue {
        case "sessions":
            guard let filter = SessionFilter(json), let page = page() else { return nil }
            self = .sessions(filter, after: page.after, limit: page.limit)
        case "session":
            guard let reference = json["ref"]?.stringValue, let rooms = json.confinement else { return nil }
            self = .session(reference, in: rooms)
        case "rooms":
            guard let namespace = json["ns"]?.stringValue, let page = page(), let rooms = json.confinement else { return nil }
            self = .rooms(namespace, in: rooms, after: page.after, limit: page.limit)
        case "census":
            guard let filter = SessionFilter(json) else { return nil }
            self = .census(filter)
        case "stats": self = .stats
        case "policies":
            guard let question = PolicyQuestion(json) else { return nil }
            self = .policies(question)
        default: return nil
        }
    }
}

extension [String] {
    fileprivate var json: JSONValue { .array(map { .string($0) }) }
}

extension JSONValue {
    /// The member `rooms`, to which a question is confined: `.some(nil)` for none, and `nil` for what is no list of rooms.
    fileprivate var confinement: [String]?? {
        guard let member = self["rooms"] else { return .some(nil) }
        guard let items = member.arrayValue else { return nil }
        let rooms = items.compactMap(\.stringValue)
        return rooms.count == items.count ? .some(rooms) : nil
    }
}

extension SessionFilter {
    fileprivate var json: JSONObject {
        JSONObject().adding([
            "ref": reference.map { .string($0) }, "ns": namespace.map { .string($0.name) }, "room": room.map { .string($0) },
            "ip": address.map { .string($0) }, "user": user.map { .object($0.json) }, "rooms": rooms?.json,
        ])
    }

    /// `nil` if a member is not as it should be: a filter with less in it would mean more sessions.
    fileprivate init?(_ json: JSONValue) {
        var filter = SessionFilter(
            reference: json["ref"]?.stringValue, room: json["room"]?.stringValue, address: json["ip"]?.stringValue)
        guard let rooms = json.confinement else { return nil }
        filter.rooms = rooms
        if let name = json["ns"] {
            guard let namespace = name.stringValue.flatMap({ Namespace($0) }) else { return nil }
            filter.namespace = namespace
        }
        if let named = json["user"] {
            guard let user = UserID(named) else { return nil }
            filter.user = user
        }
        for (member, value) in [("ref", filter.reference), ("room", filter.room), ("ip", filter.address)] {
            guard json[member] == nil || value != nil else { return nil }
        }
        self = filter
    }
}
