import Gatehouse
import GatehouseAudit
import GatehouseJSON

/// The audit records of one act: its intent with all its parameters, and its result.
struct ActRecords: Sendable {
    private let event: AuditEvent
    private let verb: String
    private let user: UserID
    private let actor: AuditActor
    private let target: AuditTarget
    private let request: ULID
    private let reason: String
    private let text: String
    private let detail: AuditDetail
    private let at: Int64
    private let runtime: ServerRuntime
    /// Who asked for an act that another person granted.
    var requester: UserID?

    init(_ act: any Act, _ making: ActMaking) throws {
        event = type(of: act).verb.auditEvent
        verb = type(of: act).verb.rawValue
        user = making.actor
        actor = making.auditActor
        target = act.subject.recorded(making.runtime)
        request = making.request
        reason = act.reason
        // The items of a bulk act have records of their own.
        text = act is ActBulk ? "" : try act.recorded(with: making.runtime.auditKey).text
        detail = act.detail
        at = making.now
        runtime = making.runtime
    }

    /// What cannot be recorded whole is not done.
    func checkLength(_ changes: [StateChange]) throws(GatewayError) {
        guard AuditText.fits(text), AuditText.fits(text(of: changes)) else {
            throw GatewayError(.tooLarge, "The names in this act are too long to be recorded, so it was not done")
        }
    }

    private func text(of changes: [StateChange]) -> String {
        JSONValue.array(changes.map { $0.recorded(with: runtime.auditKey).json }).serialized
    }

    func intent(_ changes: [StateChange]) async throws {
        var record = record("intent", outcome: .pending)
        // What is needed to rebuild the store from the log (MOD-53).
        record.detail.append("at", .integer(at))
        // An actor stands in records with the name of its issuer.
        record.detail.append("by_iss", .string(user.iss))
        if !text.isEmpty { record.detail.append("act", .document(text)) }
        if !changes.isEmpty { record.detail.append("changes", .document(text(of: changes))) }
        try await write(record)
    }

    func dryRun(_ counts: JSONObject) async throws -> UInt64? { try await write(record("dry_run", counts: counts)) }

    /// - Parameter order: its place among what was kept; `nil` if it kept nothing.
    /// - Returns: the record's number.
    func result(_ answer: JSONObject, order: Int64?) async throws -> UInt64? {
        var record = record("result", counts: answer)
        if let order { record.detail.append("order", .integer(order)) }
        let text = JSONValue.object(answer).serialized
        if !self.text.isEmpty, AuditText.fits(text) { record.detail.append("answer", .document(text)) }
        let seq = try await runtime.audit.recordDurably(record).seq
        let counts = answer.members.compactMap { member in member.value.integerValue.map { (name: member.key, value: $0) } }
        tell(counts: counts, seq: seq)
        return seq
    }

    /// Staff who follow the feed learn of it.
    private func tell(_ outcome: String = "done", counts: [(name: String, value: Int64)] = [], seq: UInt64? = nil) {
        runtime.feed.publish(
            .moderation,
            FeedItem(
                act: verb, by: user, on: target, reason: reason, request: request.description, outcome: outcome, counts: counts, seq: seq,
                at: runtime.clock.wallMilliseconds()))
    }

    /// - Parameter order: its place among what was kept, if it failed after that.
    func failed(_ code: GatewayError.Code, kept order: Int64? = nil) {
        var record = record("result", outcome: .failed)
        record.detail.append("code", .string(code.description))
        if let order {
            record.detail.append("kept", true)
            record.detail.append("order", .integer(order))
        }
        runtime.audit.record(record)
        tell(code.description)
    }

    @discardableResult
    private func write(_ record: AuditRecord) async throws -> UInt64? {
        do {
            return try await runtime.audit.recordDurably(record).seq
        } catch {
            // The record is kept, and is in the log once it can be written again: this result says that it had no effect (MOD-54).
            failed(.init(.auditUnavailable))
            throw GatewayError(.auditUnavailable, "The act cannot be recorded now, so it was not done", cause: error)
        }
    }

    private func record(_ stage: String, counts: JSONObject = [:], outcome: AuditOutcome? = nil) -> AuditRecord {
        var detail: AuditDetail = ["stage": .string(stage), "reason": .string(reason)]
        if let requester {
            detail.append("requested_by_iss", .string(requester.iss))
            detail.append("requested_by", .string(requester.subject))
        }
        for (key, value) in self.detail.pairs { detail.append(key, value) }
        for member in counts.members {
            if case .integer(let count) = member.value { detail.append(member.key, .integer(count)) }
            // That other nodes do it, too: their logs have its counterpart.
            if member.key == "cluster", case .string(let state) = member.value { detail.append("cluster", .string(state)) }
        }
        return AuditRecord(event, outcome: outcome, actor: actor, target: target, detail: detail, request: request)
    }
}

extension ActSubject {
    /// The target as records have it. A token's `jti` is written as in records of the token's own acts (AUD-04).
    func recorded(_ runtime: ServerRuntime) -> AuditTarget {
        var target = target
        if let jti { target.reference = runtime.auditKey.pseudonym(of: jti, as: "jti") }
        return target
    }
}

extension EventContext {
    /// Who acts, for the audit log: the token and the session that acted, and from where (AUD-04).
    var auditActor: AuditActor { client.actor }
}
