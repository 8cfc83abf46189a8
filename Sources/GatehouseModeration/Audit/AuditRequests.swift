import Gatehouse
import GatehouseAudit

/// `audit.query`: which records, and which page of them.
struct AuditQueryRequest: Payload {
    /// The first time that is wanted, and the first that is not any more: UTC as in the log, or the beginning of one.
    var from: String?
    var to: String?
    var actor: String?
    var event: String?
    var decision: String?
    var request: String?
    var room: String?
    var rule: String?
    var outcome: String?
    var limit: Int
    /// The number of the last record that was looked at.
    var cursor: Int64?

    static let schema = Schema(
        Field("from", \.from, Self.time),
        Field("to", \.to, Self.time),
        Field("actor", \.actor, .length(1...1_024)),
        Field("event", \.event, .length(1...64)),
        Field("decision", \.decision, .ulid),
        Field("request", \.request, .ulid),
        Field("room", \.room, .length(1...256)),
        Field("rule", \.rule, .length(1...256)),
        Field("outcome", \.outcome, .length(1...16)),
        Field("limit", \.limit, .range(1...200), default: 50),
        Field("cursor", \.cursor, .min(0)),
        rules: [
            CrossFieldRule("knownEvent", at: "event", "must be an event of the log, or the beginning of one with a dot behind it") {
                $0.event.map { AuditEvent.isKnown($0) } ?? true
            },
            CrossFieldRule("knownOutcome", at: "outcome", "must be an outcome of the log, such as denied") {
                $0.outcome.map { AuditOutcome(rawValue: $0) != nil } ?? true
            },
        ],
        make: AuditQueryRequest.init
    )

    private static let time = Constraint<String>.matches(
        Pattern("time", #"\d{4}(-\d{2}(-\d{2}(T\d{2}(:\d{2}(:\d{2}(\.\d{1,6})?)?)?)?)?)?Z?"#))

    var filter: AuditFilter {
        var filter = AuditFilter()
        (filter.from, filter.to) = (Self.prefix(from), Self.prefix(to))
        (filter.actor, filter.event, filter.room) = (actor, event, room)
        (filter.rule, filter.outcome) = (rule, outcome)
        (filter.decisionID, filter.request) = (decision, request)
        return filter
    }

    private static func prefix(_ time: String?) -> String? {
        guard let time else { return nil }
        return time.hasSuffix("Z") ? String(time.dropLast()) : time
    }
}
