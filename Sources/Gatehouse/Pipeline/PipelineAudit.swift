import GatehouseAudit
import GatehousePolicy
import SocketIO

/// What the pipeline writes into the audit log. Names, rules and reasons; never a payload, never a token.
struct PipelineAudit {
    let log: AuditLog
    let ids = ULIDGenerator.shared

    /// A refused event. Repeats of one actor under one rule are folded, and then share an id (AUD-05).
    /// - Returns: the decision id for the client.
    func denied(
        _ event: AuditEvent, severity: AuditSeverity? = nil, outcome: AuditOutcome? = nil, _ client: ClientState, event name: String?,
        room: String? = nil, rule: String?, reason: String, generation: UInt64, detail: AuditDetail = [:]
    ) -> String {
        record(
            AuditRecord(
                event, severity: severity, outcome: outcome, actor: client.actor,
                target: AuditTarget(namespace: client.client.namespace.name, event: name, room: room),
                decision: AuditDecision(
                    id: ids.next(), effect: .deny, rule: rule, reason: reason, generation: generation,
                    mode: event == .messageWouldDeny ? .report : .enforce),
                detail: detail))
    }

    /// - Returns: the id of the decision that the record carries, which is another one if the record was folded into an earlier one.
    func record(_ record: AuditRecord) -> String {
        log.record(record).decision.map(\.description) ?? ""
    }

    /// A join that a rule would have refused, were it enforced, says so in its decision (POL-09).
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
