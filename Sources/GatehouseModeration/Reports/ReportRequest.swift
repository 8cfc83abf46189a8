import Gatehouse

/// `report`, in any namespace where a rule allows it: a user, a room, or a message, and why (MOD-69).
struct ReportRequest: Payload {
    var user: UserReference?
    /// A room that the reporter is in.
    var room: String?
    var messageID: String?
    var reason: String

    static let schema = Schema(
        Field("user", \.user),
        Field("room", \.room, .length(1...256)),
        Field("message_id", \.messageID, .length(1...128)),
        Field("reason", \.reason, .length(1...512)),
        rules: Self.rules,
        make: ReportRequest.init
    )

    private static let rules: [CrossFieldRule<ReportRequest>] = [
        CrossFieldRule("aboutSomething", at: "user", "or room or message_id must be given") {
            $0.user != nil || $0.room != nil || $0.messageID != nil
        }
    ]
}
