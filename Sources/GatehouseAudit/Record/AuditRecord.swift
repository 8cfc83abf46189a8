/// One record before it has a place in the log. Cheap to build: values, no text is copied, the actor is encoded once for a session.
///
/// `seq`, `ts`, `mono`, `node`, `boot` and `h` are added by the log.
package struct AuditRecord: Sendable {
    package var event: AuditEvent
    package var severity: AuditSeverity
    package var outcome: AuditOutcome
    package var actor: AuditActor?
    package var target: AuditTarget?
    package var decision: AuditDecision?
    package var detail: AuditDetail
    /// How many occurrences this record stands for.
    package var count: UInt64
    /// The request that it belongs to.
    package var request: ULID?

    package init(
        _ event: AuditEvent,
        severity: AuditSeverity? = nil,
        outcome: AuditOutcome? = nil,
        actor: AuditActor? = nil,
        target: AuditTarget? = nil,
        decision: AuditDecision? = nil,
        detail: AuditDetail = [:],
        count: UInt64 = 1,
        request: ULID? = nil
    ) {
        self.event = event
        self.severity = severity ?? event.defaultSeverity
        self.outcome = outcome ?? event.defaultOutcome
        self.actor = actor
        self.target = target
        self.decision = decision
        self.detail = detail
        self.count = count
        self.request = request
    }
}
