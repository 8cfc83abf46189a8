import GatehouseJSON
import SocketIO

/// The bodies of calls (BCK-01). Unknown members are refused, as everywhere.

/// `POST /api/emit`: an event for rooms, or for everybody in a namespace.
struct EmitCall: Payload {
    /// The longest wait for acks, in milliseconds.
    static let longestWait: Int64 = 30_000

    var ns: String
    var rooms: Patch<[RoomName]>
    var except: [RoomName]
    var event: String
    var args: [JSONValue]
    /// Clients are asked for acks, and waited for so many milliseconds.
    var ack: Int64?
    var volatile: Bool

    static let schema = Schema(
        Field("ns", \.ns, .length(1...128)),
        Field("rooms", \.rooms, .count(1...256)),
        Field("except", \.except, .count(0...256), default: []),
        Field("event", \.event, .length(1...128)),
        Field("args", \.args, .count(0...64), default: []),
        Field("ack", \.ack, .range(1...longestWait)),
        Field("volatile", \.volatile, default: false),
        rules: [.roomsNotNull { $0.rooms }],
        make: EmitCall.init
    )
}

/// `POST /api/rooms`: the rooms of a namespace with how many clients each has, or some of them.
struct RoomsCall: Payload {
    var ns: String
    var rooms: Patch<[RoomName]>
    var limit: Int
    /// The last room of the page before.
    var cursor: String?

    static let schema = Schema(
        Field("ns", \.ns, .length(1...128)),
        Field("rooms", \.rooms, .count(1...256)),
        Field("limit", \.limit, .range(1...1_000), default: 100),
        Field("cursor", \.cursor, .length(1...256)),
        rules: [.roomsNotNull { $0.rooms }],
        make: RoomsCall.init
    )
}

/// A user, by the issuer of the token and its subject.
struct ApiUser: Payload {
    var iss: String
    var sub: String

    static let schema = Schema(
        Field("iss", \.iss, .length(1...512)),
        Field("sub", \.sub, .length(1...512)),
        make: ApiUser.init
    )

    var user: UserID { UserID(iss: iss, subject: sub) }
}

/// `POST /api/presence`: who is in rooms, or in a namespace.
struct PresenceCall: Payload {
    var ns: String
    var rooms: Patch<[RoomName]>
    var limit: Int
    /// The last user of the page before.
    var cursor: ApiUser?

    static let schema = Schema(
        Field("ns", \.ns, .length(1...128)),
        Field("rooms", \.rooms, .count(1...256)),
        Field("limit", \.limit, .range(1...1_000), default: 100),
        Field("cursor", \.cursor),
        rules: [.roomsNotNull { $0.rooms }],
        make: PresenceCall.init
    )
}

/// `POST /api/disconnect`: the clients of rooms, of a user, or of a user in rooms; without either everybody in the namespace.
struct DisconnectCall: Payload {
    var ns: String
    var rooms: Patch<[RoomName]>
    var user: Patch<ApiUser>
    /// Whether their whole connections end, and not their part in the namespace alone.
    var close: Bool

    static let schema = Schema(
        Field("ns", \.ns, .length(1...128)),
        Field("rooms", \.rooms, .count(1...256)),
        Field("user", \.user),
        Field("close", \.close, default: false),
        rules: [
            .roomsNotNull { $0.rooms },
            CrossFieldRule("notNull", at: "user", "must name a user, or be left out") { if case .remove = $0.user { false } else { true } },
        ],
        make: DisconnectCall.init
    )
}

extension CrossFieldRule {
    /// A program that has lost its rooms must not reach everybody.
    fileprivate static func roomsNotNull(_ rooms: @escaping @Sendable (Value) -> Patch<[RoomName]>) -> CrossFieldRule {
        CrossFieldRule("notNull", at: "rooms", "must name rooms, or be left out for the whole namespace") {
            if case .remove = rooms($0) { false } else { true }
        }
    }
}

extension Patch {
    /// The value, if there is one.
    var given: Value? { if case .set(let value) = self { value } else { nil } }
}
