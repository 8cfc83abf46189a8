import Gatehouse

/// `session.list`: which sessions, and which page of them.
struct SessionListRequest: Payload {
    var ns: String?
    var user: UserReference?
    var room: String?
    var ip: String?
    var limit: Int
    var cursor: String?

    static let schema = Schema(
        Field("ns", \.ns, .length(1...128)),
        Field("user", \.user),
        Field("room", \.room, .length(1...256)),
        Field("ip", \.ip, .length(1...64)),
        Field("limit", \.limit, .range(1...200), default: 50),
        Field("cursor", \.cursor, .length(1...64)),
        make: SessionListRequest.init
    )
}

/// `stats`, `staff.self`, `policy.status`: no member.
struct EmptyRequest: Payload {
    static let schema = Schema<EmptyRequest>(make: { EmptyRequest() })
}
