import ArgumentParser
import GatehouseAudit
import GatehousePolicy

/// The records to select. All given options must match.
struct AuditFilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The decision id that a client got.", valueName: "id"))
    var decision: String?

    @Option(help: ArgumentHelp("An event, such as msg.denied, or the beginning of one: msg. or admin.*", valueName: "event"))
    var event: String?

    @Option(help: ArgumentHelp("Who acted: subject, issuer/subject, or address.", valueName: "subject"))
    var actor: String?

    @Option(help: ArgumentHelp("The rule that decided.", valueName: "rule"))
    var rule: String?

    @Option(help: ArgumentHelp("The room that it was about.", valueName: "room"))
    var room: String?

    @Option(help: ArgumentHelp("The request_id of a change.", valueName: "id"))
    var request: String?

    @Option(help: ArgumentHelp("The outcome: \(AuditOutcome.list).", valueName: "outcome"))
    var outcome: String?

    /// A filter that no record can match is an error, not an empty answer.
    func validate() throws {
        if let decision, ULID(decision) == nil { throw ValidationError("--decision has 26 letters and digits, as in the client's answer.") }
        if let outcome, AuditOutcome(rawValue: outcome) == nil { throw ValidationError("--outcome is \(AuditOutcome.list).") }
        if let event, !AuditEvent.isKnown(event) {
            let close = AuditEvent.allCases.map(\.rawValue).first { KeyLikeness.isClose($0, event) || $0.hasPrefix(event + ".") }
            let hint = close.map { $0.hasPrefix(event + ".") ? ": write '\(event).' for all that begin so" : ": did you mean '\($0)'?" }
            throw ValidationError("no event is called '\(event)'\(hint ?? "; events begin with \(AuditEvent.beginnings).")")
        }
    }

    var filter: AuditFilter {
        var filter = AuditFilter()
        filter.decisionID = decision
        filter.event = event
        filter.actor = actor
        filter.rule = rule
        filter.room = room
        filter.request = request
        filter.outcome = outcome
        return filter
    }
}

extension AuditOutcome {
    fileprivate static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
