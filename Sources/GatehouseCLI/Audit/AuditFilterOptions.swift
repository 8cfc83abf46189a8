import ArgumentParser
import GatehouseAudit

/// Which records are wanted. All that is given must hold.
struct AuditFilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The decision id that a client was told.", valueName: "id"))
    var decision: String?

    @Option(help: ArgumentHelp("An event, or the beginning of one: msg. or admin.*", valueName: "event"))
    var event: String?

    @Option(help: ArgumentHelp("Who acted: subject, issuer/subject, or address.", valueName: "subject"))
    var actor: String?

    @Option(help: ArgumentHelp("The rule that decided.", valueName: "rule"))
    var rule: String?

    @Option(help: ArgumentHelp("The room that it was about.", valueName: "room"))
    var room: String?

    @Option(help: ArgumentHelp("The request_id of a change.", valueName: "id"))
    var request: String?

    @Option(help: ArgumentHelp("The outcome, such as denied.", valueName: "outcome"))
    var outcome: String?

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
