import Gatehouse
import GatehouseAudit
import GatehouseJSON
import SocketIO

/// What a user tells staff about another user, a room, or a message (MOD-69).
struct UserReport: Sendable, Equatable {
    /// How far staff are with it.
    enum Status: String, PayloadEnum { case open, claimed, resolved }

    /// What staff found.
    enum Outcome: String, PayloadEnum {
        /// There was something to it.
        case upheld
        /// There was not. It counts for no escalation any more.
        case dismissed
    }

    let id: ULID
    let reporter: UserID
    let namespace: Namespace
    let room: String?
    /// The application's name for a message.
    let messageID: String?
    /// Whom it is about.
    let user: UserID?
    let reason: String
}

extension UserReport {
    /// The form in the audit log.
    var json: JSONObject {
        let object: JSONObject = [
            "id": .string(id.description), "reporter": .object(reporter.json), "ns": .string(namespace.name), "reason": .string(reason),
        ]
        return object.adding([
            "room": room.map { .string($0) }, "message_id": messageID.map { .string($0) }, "user": user.map { .object($0.json) },
        ])
    }

    init?(_ json: JSONValue) {
        guard let id = json["id"]?.stringValue.flatMap({ ULID($0) }), let reporter = json["reporter"].flatMap({ UserID($0) }),
            let namespace = json["ns"]?.stringValue.flatMap({ Namespace($0) }), let reason = json["reason"]?.stringValue
        else { return nil }
        var user: UserID?
        if let named = json["user"] {
            guard let known = UserID(named) else { return nil }
            user = known
        }
        self.init(
            id: id, reporter: reporter, namespace: namespace, room: json["room"]?.stringValue,
            messageID: json["message_id"]?.stringValue, user: user, reason: reason)
    }
}
