import Gatehouse
import GatehouseAudit
import GatehouseJSON
import GatehouseNetwork
import GatehouseTokens
import SocketIO

/// The form of changes in the audit log.
extension StateChange {
    var json: JSONValue {
        switch self {
        case .ban(let ban): ["ban": .object(ban.json)]
        case .unban(let id): ["unban": .string(id.description)]
        case .mute(let mute): ["mute": .object(mute.json)]
        case .unmute(let place): ["unmute": .object(place.json)]
        case .lock(let place, let lock):
            ["lock": .object(place.json.adding(["mode": lock.map { .string($0.mode.rawValue) }, "ends": lock?.ends.map { .integer($0) }]))]
        case .slow(let place, let slow):
            [
                "slow": .object(
                    place.json.adding([
                        "interval": slow.map { .integer($0.interval) },
                        "exempt": slow.map { .array($0.exemptRoles.map { .string($0) }) }, "ends": slow?.ends.map { .integer($0) },
                    ]))
            ]
        case .revoke(let revocation): ["revoke": .object(revocation.json)]
        case .note(let note):
            [
                "note": .object(
                    note.user.json.adding(["id": .string(note.id.description), "text": .string(note.text)]))
            ]
        case .removeNote(let id): ["remove_note": .string(id.description)]
        case .report(let report): ["report": .object(report.json)]
        case .claimReport(let id): ["claim_report": .string(id.description)]
        case .resolveReport(let id, let outcome):
            ["resolve_report": ["id": .string(id.description), "outcome": .string(outcome.rawValue)]]
        case .reopenReport(let id): ["reopen_report": .string(id.description)]
        }
    }

    /// `nil` for what no version of this program has written.
    init?(_ json: JSONValue) {
        guard let object = json.objectValue, object.count == 1, let (kind, value) = object.members.first.map({ ($0.key, $0.value) }) else {
            return nil
        }
        let found: StateChange? =
            switch kind {
            case "ban": Ban(value).map { .ban($0) }
            case "unban": value.ulid.map { .unban($0) }
            case "mute": Mute(value).map { .mute($0) }
            case "unmute": Mute.Place(value).map { .unmute($0) }
            case "lock": Self.lock(value)
            case "slow": Self.slow(value)
            case "revoke": Revocation(value).map { .revoke($0) }
            case "note": UserNote(value).map { .note($0) }
            case "remove_note": value.ulid.map { .removeNote($0) }
            case "report": UserReport(value).map { .report($0) }
            case "claim_report": value.ulid.map { .claimReport($0) }
            case "resolve_report": Self.resolution(value)
            case "reopen_report": value.ulid.map { .reopenReport($0) }
            default: nil
            }
        guard let found else { return nil }
        self = found
    }

    private static func resolution(_ value: JSONValue) -> StateChange? {
        guard let id = value["id"]?.ulid, let outcome = value["outcome"]?.stringValue.flatMap({ UserReport.Outcome(rawValue: $0) }) else {
            return nil
        }
        return .resolveReport(id, outcome)
    }

    private static func lock(_ value: JSONValue) -> StateChange? {
        guard let place = RoomRestriction.Place(value) else { return nil }
        guard let mode = value["mode"] else { return .lock(place, nil) }
        guard let mode = mode.stringValue.flatMap({ RoomRestriction.LockMode(rawValue: $0) }) else { return nil }
        return .lock(place, RoomRestriction.Lock(mode: mode, ends: value["ends"]?.integerValue))
    }

    private static func slow(_ value: JSONValue) -> StateChange? {
        guard let place = RoomRestriction.Place(value) else { return nil }
        guard let interval = value["interval"] else { return .slow(place, nil) }
        guard let milliseconds = interval.integerValue, let exempt = value["exempt"]?.arrayValue else { return nil }
        let roles = exempt.compactMap(\.stringValue)
        guard roles.count == exempt.count else { return nil }
        return .slow(place, RoomRestriction.SlowMode(interval: milliseconds, exemptRoles: roles, ends: value["ends"]?.integerValue))
    }
}

extension JSONObject {
    /// Members with a value are added; those without are left out.
    func adding(_ more: KeyValuePairs<String, JSONValue?>) -> JSONObject {
        var object = self
        for (key, value) in more { if let value { object[key] = value } }
        return object
    }
}

extension JSONValue {
    fileprivate var ulid: ULID? { stringValue.flatMap { ULID($0) } }
}

extension UserID {
    /// The user as staff name one in requests.
    var json: JSONObject { ["iss": .string(iss), "sub": .string(subject)] }

    init?(_ json: JSONValue) {
        guard let iss = json["iss"]?.stringValue, let sub = json["sub"]?.stringValue else { return nil }
        self.init(iss: iss, subject: sub)
    }
}

/// `ns` and `room` of a place; `nil` as a whole if they are no names.
private func place(_ json: JSONValue) -> (namespace: Namespace?, room: String?)? {
    guard let name = json["ns"]?.stringValue else { return json["room"] == nil ? (nil, nil) : nil }
    guard let namespace = Namespace(name) else { return nil }
    return (namespace, json["room"]?.stringValue)
}

extension Ban {
    /// `ban_id`, `kind`, `value`, and where and until when.
    var json: JSONObject {
        var object: JSONObject = ["ban_id": .string(id.description)]
        switch subject {
        case .user(let user):
            object["kind"] = "user"
            object["user"] = .object(user.json)
        case .network(let network):
            object["kind"] = "cidr"
            object["value"] = .string(network.description)
        }
        return object.adding([
            "ns": namespace.map { .string($0.name) }, "room": room.map { .string($0) }, "ends": ends.map { .integer($0) },
        ])
    }

    init?(_ json: JSONValue) {
        guard let id = json["ban_id"]?.ulid, let (namespace, room) = place(json) else { return nil }
        let subject: Subject
        switch json["kind"]?.stringValue {
        case "user":
            guard let user = json["user"].flatMap({ UserID($0) }) else { return nil }
            subject = .user(user)
        case "cidr":
            guard let network = json["value"]?.stringValue.flatMap({ CIDR($0) }) else { return nil }
            subject = .network(network)
        default: return nil
        }
        self.init(id: id, subject: subject, namespace: namespace, room: room, ends: json["ends"]?.integerValue)
    }
}

extension Mute.Place {
    var json: JSONObject {
        (["user": .object(user.json)] as JSONObject).adding([
            "ns": namespace.map { .string($0.name) }, "room": room.map { .string($0) },
        ])
    }

    init?(_ json: JSONValue) {
        guard let user = json["user"].flatMap({ UserID($0) }), let (namespace, room) = place(json) else { return nil }
        self.init(user: user, namespace: namespace, room: room)
    }
}

extension Mute {
    var json: JSONObject { place.json.adding(["ends": .integer(ends), "shadow": .bool(isShadow)]) }

    init?(_ json: JSONValue) {
        guard let place = Place(json), let ends = json["ends"]?.integerValue, let shadow = json["shadow"]?.boolValue else { return nil }
        self.init(place: place, ends: ends, isShadow: shadow)
    }
}

extension RoomRestriction.Place {
    var json: JSONObject { ["ns": .string(namespace.name), "room": .string(room)] }

    init?(_ json: JSONValue) {
        guard let (namespace, room) = place(json), let namespace, let room else { return nil }
        self.init(namespace: namespace, room: room)
    }
}

extension UserNote {
    fileprivate init?(_ json: JSONValue) {
        guard let user = UserID(json), let id = json["id"]?.ulid, let text = json["text"]?.stringValue else { return nil }
        self.init(id: id, user: user, text: text)
    }
}

extension Revocation {
    fileprivate var json: JSONObject {
        var object: JSONObject =
            switch subject {
            case .token(let iss, let jti): ["iss": .string(iss), "jti": .string(jti)]
            case .user(let iss, let sub, let instant): ["iss": .string(iss), "sub": .string(sub), "before": .integer(instant)]
            case .reauthentication(let iss, let sub, let instant, let by):
                ["iss": .string(iss), "sub": .string(sub), "before": .integer(instant), "by": .integer(by)]
            case .issuer(let iss, let instant): ["iss": .string(iss), "before": .integer(instant)]
            }
        object["until"] = .integer(until)
        if let owner {
            object["owner"] = ["iss": .string(owner.iss), "sub": .string(owner.sub), "admin": .bool(owner.isAdmin)]
        }
        return object
    }

    fileprivate init?(_ json: JSONValue) {
        guard let iss = json["iss"]?.stringValue, let until = json["until"]?.integerValue else { return nil }
        let subject: Subject
        switch (json["jti"]?.stringValue, json["sub"]?.stringValue, json["before"]?.integerValue, json["by"]?.integerValue) {
        case (let jti?, nil, nil, nil): subject = .token(iss: iss, jti: jti)
        case (nil, let sub?, let instant?, nil): subject = .user(iss: iss, sub: sub, issuedBefore: instant)
        case (nil, let sub?, let instant?, let by?): subject = .reauthentication(iss: iss, sub: sub, issuedBefore: instant, by: by)
        case (nil, nil, let instant?, nil): subject = .issuer(iss: iss, issuedBefore: instant)
        default: return nil
        }
        var owner: Owner?
        if let named = json["owner"] {
            guard let iss = named["iss"]?.stringValue, let sub = named["sub"]?.stringValue, let admin = named["admin"]?.boolValue else {
                return nil
            }
            owner = Owner(iss: iss, sub: sub, isAdmin: admin)
        }
        self.init(subject, until: until, owner: owner)
    }
}
