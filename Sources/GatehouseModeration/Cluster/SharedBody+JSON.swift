import Gatehouse
import GatehouseAudit
import GatehouseJSON

/// The form of entries in the shared log. It is strict: what it does not know is no entry.
extension SharedBody {
    static let limits = JSONLimits(depth: 32, nodes: 1_000_000, stringBytes: 1_048_576, numberCharacters: 32)

    var text: String { JSONValue.object(json).serialized }

    init?(_ text: String) {
        guard let value = try? JSONValue(parsing: Array(text.utf8), limits: Self.limits), let object = value.objectValue, object.count == 1,
            let member = object.members.first
        else { return nil }
        switch member.key {
        case "act":
            guard let act = SharedAct(member.value) else { return nil }
            self = .act(act)
        case "staff":
            guard let sightings = member.value["seen"]?.all(StaffSighting.init), let tokens = member.value["tokens"]?.all(StaffToken.init)
            else { return nil }
            self = .staff(sightings, tokens)
        case "state":
            guard let changes = member.value.all(KeptChange.init) else { return nil }
            self = .state(changes)
        case "origins":
            guard let origins = member.value.all(Self.origin) else { return nil }
            self = .origins(origins)
        default: return nil
        }
    }

    private var json: JSONObject {
        switch self {
        case .act(let act): ["act": .object(act.json)]
        case .staff(let sightings, let tokens):
            ["staff": ["seen": .array(sightings.map { .object($0.json) }), "tokens": .array(tokens.map { .object($0.json) })]]
        case .state(let changes): ["state": .array(changes.map { .object($0.json) })]
        case .origins(let origins):
            ["origins": .array(origins.map { ["origin": .string($0.origin), "number": .integer($0.number)] })]
        }
    }

    private static func origin(_ json: JSONValue) -> (origin: String, number: Int64)? {
        guard let origin = json["origin"]?.stringValue, let number = json["number"]?.integerValue else { return nil }
        return (origin, number)
    }
}

extension JSONValue {
    /// All items of an array; `nil` if one of them is not as it should be.
    fileprivate func all<Item>(_ read: (JSONValue) -> Item?) -> [Item]? {
        guard let items = arrayValue else { return nil }
        let read = items.compactMap(read)
        return read.count == items.count ? read : nil
    }
}

extension ActOrigin {
    fileprivate init?(_ json: JSONValue) {
        guard let request = json["request_id"]?.stringValue.flatMap({ ULID($0) }), let by = json["by"].flatMap({ UserID($0) }),
            let at = json["at"]?.integerValue, let reason = json["reason"]?.stringValue
        else { return nil }
        self.init(request: request, by: by, at: at, reason: reason)
    }
}

extension KeptChange {
    fileprivate var json: JSONObject { ["change": change.json, "origin": .object(origin.json)] }

    fileprivate init?(_ json: JSONValue) {
        guard let change = json["change"].flatMap({ StateChange($0) }), let origin = json["origin"].flatMap({ ActOrigin($0) }) else {
            return nil
        }
        self.init(change: change, origin: origin)
    }
}

extension StaffSighting {
    fileprivate var json: JSONObject { user.json.adding(["rank": .integer(Int64(rank.rawValue)), "seen": .integer(seen)]) }

    fileprivate init?(_ json: JSONValue) {
        guard let user = UserID(json), let rank = StaffRank(json), let seen = json["seen"]?.integerValue else { return nil }
        self.init(user: user, rank: rank, seen: seen)
    }
}

extension StaffToken {
    fileprivate var json: JSONObject {
        user.json.adding(["jti": .string(name.jti), "rank": .integer(Int64(rank.rawValue)), "ends": .integer(ends)])
    }

    fileprivate init?(_ json: JSONValue) {
        guard let user = UserID(json), let jti = json["jti"]?.stringValue, let rank = StaffRank(json), let ends = json["ends"]?.integerValue
        else { return nil }
        self.init(name: TokenName(iss: user.iss, jti: jti), user: user, rank: rank, ends: ends)
    }
}

extension StaffRank {
    fileprivate init?(_ json: JSONValue) {
        guard let number = json["rank"]?.integerValue.flatMap({ Int(exactly: $0) }), let rank = StaffRank(rawValue: number), rank > .none
        else { return nil }
        self = rank
    }
}

extension SharedAct {
    fileprivate var json: JSONObject {
        func all(_ changes: [StateChange]) -> JSONValue { .array(changes.map(\.json)) }
        let object: JSONObject = [
            "verb": .string(request.event), "request_id": .string(request.id.description), "by": .object(request.actor.json),
            "at": .integer(request.at), "reason": .string(reason), "payload": .string(request.payload), "changes": all(request.changes),
            "reverse": all(request.reverse), "answer": .object(request.answer), "target": .object(request.target.json),
        ]
        return object.adding(["undoes": undone.map { .object($0.json) }])
    }

    fileprivate init?(_ json: JSONValue) {
        func all(_ name: String) -> [StateChange]? { json[name]?.all { StateChange($0) } }
        guard let verb = json["verb"]?.stringValue, AdminVerb(rawValue: verb)?.kind == .act, let origin = ActOrigin(json),
            let payload = json["payload"]?.stringValue, let changes = all("changes"), let reverse = all("reverse"),
            let answer = json["answer"]?.objectValue, let target = json["target"].flatMap({ AuditTarget($0) })
        else { return nil }
        var undone: KeptRequest.Key?
        if let named = json["undoes"] {
            guard let key = KeptRequest.Key(named) else { return nil }
            undone = key
        }
        self.init(
            request: KeptRequest(
                actor: origin.by, event: verb, id: origin.request, payload: payload, changes: changes, reverse: reverse, answer: answer,
                seq: nil, at: origin.at, target: target, undone: nil),
            reason: origin.reason, undone: undone)
    }
}

extension KeptRequest.Key {
    fileprivate var json: JSONObject {
        ["by": .object(actor.json), "verb": .string(event), "request": .string(id.description)]
    }

    fileprivate init?(_ json: JSONValue) {
        guard let actor = json["by"].flatMap({ UserID($0) }), let event = json["verb"]?.stringValue,
            let id = json["request"]?.stringValue.flatMap({ ULID($0) })
        else { return nil }
        self.init(actor: actor, event: event, id: id)
    }
}

extension AuditTarget {
    fileprivate var json: JSONObject {
        JSONObject().adding([
            "ns": namespace.map { .string($0) }, "room": room.map { .string($0) }, "iss": issuer.map { .string($0) },
            "sub": subject.map { .string($0) }, "ref": reference.map { .string($0) },
        ])
    }

    fileprivate init?(_ json: JSONValue) {
        guard json.objectValue != nil else { return nil }
        self.init(
            namespace: json["ns"]?.stringValue, room: json["room"]?.stringValue, issuer: json["iss"]?.stringValue,
            subject: json["sub"]?.stringValue, reference: json["ref"]?.stringValue)
    }
}
