internal import GatehouseJSON

/// The records that a reader wants. All members that are not `nil` must match.
package struct AuditFilter: Sendable {
    /// The id that a client was told.
    package var decisionID: String?
    /// The subject, `issuer/subject`, or the address of the actor.
    package var actor: String?
    /// An event, or the beginning of one with a trailing `.` or `*`: `msg.`, `admin.*`.
    package var event: String?
    package var rule: String?
    package var room: String?
    package var request: String?
    package var outcome: String?
    /// Timestamps as they are in the file, or the beginning of one: `2026-11-22`, `2026-11-22T20`. `from` is included, `to` is not.
    package var from: String?
    package var to: String?

    package init() {}

    package func matches(_ entry: AuditEntry) -> Bool {
        holds(decisionID, entry.text("decision/id")) && holds(rule, entry.text("decision/rule")) && holds(room, entry.text("target/room"))
            && holds(request, entry.text("req")) && holds(outcome, entry.outcome) && isWanted(event: entry.event)
            && isWanted(actorOf: entry)
            && (from.map { entry.timestamp >= $0 } ?? true) && (to.map { entry.timestamp < $0 } ?? true)
    }

    private func holds(_ wanted: String?, _ value: String?) -> Bool {
        guard let wanted else { return true }
        return wanted == value
    }

    private func isWanted(event: String) -> Bool {
        guard let wanted = self.event else { return true }
        if wanted.hasSuffix("*") { return event.hasPrefix(wanted.dropLast()) }
        return wanted.hasSuffix(".") ? event.hasPrefix(wanted) : event == wanted
    }

    private func isWanted(actorOf entry: AuditEntry) -> Bool {
        guard let actor else { return true }
        let subject = entry.text("actor/sub")
        if actor == subject || actor == entry.text("actor/ip") { return true }
        guard let subject, let issuer = entry.text("actor/iss") else { return false }
        return actor == "\(issuer)/\(subject)"
    }
}
