import GatehouseAudit
import GatehousePolicy
import SocketIO

/// The audit records of the pipeline. Names, rules and reasons; never a payload, never a token.
struct PipelineAudit {
    let log: AuditLog
    let refusals: RecentRefusals
    let clock: ServerClock
    let feed: Feed
    /// Both `nil` off the event loops.
    var outbox: FeedOutbox?
    var tally: LoopTally?
    let ids = ULIDGenerator.shared

    /// A refused event. Repeats of one actor under one rule are folded, and then share an id (AUD-05).
    /// - Parameter action: what the rules were asked, if they were.
    /// - Returns: the decision id for the client.
    func denied(
        _ event: AuditEvent, severity: AuditSeverity? = nil, outcome: AuditOutcome? = nil, _ client: ClientState, event name: String?,
        room: String? = nil, rule: String?, reason: String, generation: UInt64, detail: AuditDetail = [:], action: PolicyAction? = nil
    ) -> String {
        record(
            AuditRecord(
                event, severity: severity, outcome: outcome, actor: client.actor,
                target: AuditTarget(namespace: client.client.namespace.name, event: name, room: room),
                decision: AuditDecision(
                    id: ids.next(), effect: .deny, rule: rule, reason: reason, generation: generation,
                    mode: event == .messageWouldDeny ? .report : .enforce),
                detail: detail), subject: client.subject, action: action,
            session: client.client.handle.onLoop?.connection.connectionState?.reference, code: client.policy.code(ofRule: rule))
    }

    /// Records a refusal, and remembers it for ``ServerRuntime/account(of:)`` unless it was folded.
    /// - Returns: the id of the decision that the record carries, which is another one if the record was folded into an earlier one.
    func record(
        _ record: AuditRecord, subject: @autoclosure () -> Subject? = nil, action: PolicyAction? = nil,
        session: @autoclosure () -> String? = nil, code: @autoclosure () -> String? = nil
    ) -> String {
        let decision = log.record(record).decision
        tally?.denied(by: record.decision?.rule ?? record.decision?.reason)
        if feed.isWatched(.decision) {
            tellDecision(record, id: decision, subject: subject(), session: session(), code: code())
        }
        guard let id = decision else { return "" }
        if id == record.decision?.id {
            refusals.keep(Refusal(record, subject: subject(), action: action, time: clock.wallMilliseconds(), session: session()))
        }
        return id.description
    }

    /// A join that an unenforced rule refuses is marked in its decision (POL-09).
    func roomJoined(_ room: RoomName, _ client: ClientState, _ decision: Decision) {
        log.record(
            AuditRecord(
                .roomJoined, actor: client.actor, target: AuditTarget(namespace: client.client.namespace.name, room: room.name),
                decision: AuditDecision(
                    id: ids.next(), effect: decision.wouldDeny ? .deny : .allow, rule: client.policy.ruleID(decision),
                    reason: decision.reason.rawValue, generation: decision.generation, mode: decision.wouldDeny ? .report : .enforce)))
    }

    func roomLeft(_ room: RoomName, _ client: ClientState) {
        log.record(
            AuditRecord(.roomLeft, actor: client.actor, target: AuditTarget(namespace: client.client.namespace.name, room: room.name)))
    }
}
