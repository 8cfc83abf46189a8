package import GatehouseJSON
import SocketIO

/// What a node tells the others of one room: who has come, and who has left. The form in which it crosses.
package struct PresenceWord: Sendable, Equatable {
    package let room: String
    package let joined: [UserID]
    package let left: [UserID]

    /// How many users one word names.
    package static let limit = 1_000

    package init(room: String, joined: [UserID], left: [UserID]) {
        self.room = room
        self.joined = joined
        self.left = left
    }

    /// `{"room", "joined": [[iss, sub], …], "left"}`
    package var value: JSONValue {
        func list(_ users: [UserID]) -> JSONValue { .array(users.map { .array([.string($0.iss), .string($0.subject)]) }) }
        return ["room": .string(room), "joined": list(joined), "left": list(left)]
    }

    /// - Returns: `nil` for anything else.
    package init?(_ value: JSONValue) {
        func list(_ value: JSONValue?) -> [UserID]? {
            guard let list = value?.arrayValue, list.count <= Self.limit else { return nil }
            var users: [UserID] = []
            for one in list {
                guard let parts = one.arrayValue, parts.count == 2, let iss = parts[0].stringValue, let subject = parts[1].stringValue,
                    iss.utf8.count <= 512, subject.utf8.count <= 512
                else { return nil }
                users.append(UserID(iss: iss, subject: subject))
            }
            return users
        }
        guard let room = value["room"]?.stringValue.flatMap({ RoomName($0) }), let joined = list(value["joined"]),
            let left = list(value["left"])
        else { return nil }
        self.init(room: room.name, joined: joined, left: left)
    }
}
