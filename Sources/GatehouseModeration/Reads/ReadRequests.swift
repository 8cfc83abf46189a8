import Gatehouse

/// `session.get`: one session.
struct SessionGetRequest: Payload {
    var reference: String

    static let schema = Schema(Field("sid_ref", \.reference, .length(1...64)), make: SessionGetRequest.init)
}

/// `room.list`: the rooms of a namespace, and which page of them.
struct RoomListRequest: Payload {
    var ns: String
    var limit: Int
    /// The last room of the page before.
    var cursor: String?

    static let schema = Schema(
        Field("ns", \.ns, .length(1...128)),
        Field("limit", \.limit, .range(1...200), default: 50),
        Field("cursor", \.cursor, .length(1...256)),
        make: RoomListRequest.init
    )
}

/// `room.get`: one room, and which page of its members.
struct RoomGetRequest: Payload {
    var ns: String
    var room: String
    var limit: Int
    /// The last session of the page before.
    var cursor: String?

    static let schema = Schema(
        Field("ns", \.ns, .length(1...128)),
        Field("room", \.room, .length(1...256)),
        Field("limit", \.limit, .range(1...200), default: 50),
        Field("cursor", \.cursor, .length(1...64)),
        make: RoomGetRequest.init
    )
}
