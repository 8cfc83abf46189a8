import Gatehouse

/// `feed.subscribe`: which topics, and what they must be about.
struct FeedSubscribeRequest: Payload {
    enum Topic: String, PayloadEnum { case session, room, decision, moderation, alert }

    var topics: [Topic]
    var ns: String?
    var room: String?
    var user: UserReference?

    static let schema = Schema(
        Field("topics", \.topics, .count(1...5)),
        Field("ns", \.ns, .length(1...128)),
        Field("room", \.room, .length(1...256)),
        Field("user", \.user),
        make: FeedSubscribeRequest.init
    )
}
