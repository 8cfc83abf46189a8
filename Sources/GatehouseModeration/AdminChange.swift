import Gatehouse
import GatehouseAudit

/// A change that staff ask for, in the order of MOD-32: idempotency, rank and scope, intent durable, effect, result, ack.
struct AdminChange {
    let event: AuditEvent
    let requestID: String
    let reason: String
    let target: AuditTarget
    /// What else the records say of the request.
    var detail: AuditDetail = [:]
    /// Tells a repeated request from another one under the same id.
    let fingerprint: String
    /// The change is only asked about (MOD-33).
    var isDryRun = false

    /// - Parameters:
    ///   - check: throws if the change may not be made.
    ///   - preview: what a dry run is answered: the counts that the effect would have now.
    func perform(
        _ context: EventContext, _ ledger: RequestLedger, check: (ServerRuntime) async throws -> Void,
        preview: (ServerRuntime) async throws -> JSONObject = { _ in [:] }, effect: (ServerRuntime) async throws -> JSONObject
    ) async throws -> JSONObject {
        let runtime = context.client.server.runtime
        guard let id = ULID(requestID), let user = UserKey(context.principal) else {
            throw GatewayError(.invalid, "request_id is a ULID")
        }
        guard !isDryRun else {
            try await check(runtime)
            return try await rehearsed(try await preview(runtime), context, id, runtime)
        }
        let key = RequestLedger.Key(user: user, event: context.event, id: id)
        switch ledger.claim(key, fingerprint: fingerprint, now: runtime.clock.wallMilliseconds()) {
        case .repeated(.object(let answer)): return answer
        case .repeated, .stillRunning: throw GatewayError(.conflict, "The first request of this id is still running")
        case .conflict: throw GatewayError(.conflict, "Another request was made under this id")
        case .first: break
        }
        var answer: JSONObject
        do {
            try await check(runtime)
            try await recordIntent(context, id, stage: "intent", outcome: nil, runtime)
            do {
                answer = try await effect(runtime)
            } catch {
                runtime.audit.record(
                    record(context, id, stage: "result", outcome: nil, failure: (error as? GatewayError)?.code ?? .init(.internal)))
                throw error
            }
        } catch {
            ledger.release(key)
            throw error
        }
        // What was done is answered as done, and never done twice, whether or not its result can be recorded.
        do {
            let receipt = try await runtime.audit.recordDurably(record(context, id, stage: "result", outcome: answer))
            if let seq = receipt.seq { answer["audit_seq"] = .integer(Int64(clamping: seq)) }
        } catch {
            runtime.logError("the result of request \(id) by staff is not in the audit log: \(error)")
        }
        ledger.answer(key, fingerprint: fingerprint, ack: .object(answer))
        return answer
    }

    /// Nothing is done and nothing is remembered, so the same id may be used for the change itself. That it was asked is in the audit log.
    private func rehearsed(
        _ counts: JSONObject, _ context: EventContext, _ id: ULID, _ runtime: ServerRuntime
    ) async throws -> JSONObject {
        var answer = counts
        answer["dry_run"] = .bool(true)
        let seq = try await recordIntent(context, id, stage: "dry_run", outcome: counts, runtime)
        answer["audit_seq"] = seq.map { .integer(Int64(clamping: $0)) }
        return answer
    }

    @discardableResult
    private func recordIntent(
        _ context: EventContext, _ id: ULID, stage: String, outcome: JSONObject?, _ runtime: ServerRuntime
    ) async throws -> UInt64? {
        do {
            return try await runtime.audit.recordDurably(record(context, id, stage: stage, outcome: outcome)).seq
        } catch {
            // The intent is kept, and is in the log once that can be written again: this tells that nothing came of it (MOD-54).
            runtime.audit.record(record(context, id, stage: "result", outcome: nil, failure: .init(.auditUnavailable)))
            throw GatewayError(.auditUnavailable, "The act cannot be recorded now, so it was not done", cause: error)
        }
    }

    private func record(
        _ context: EventContext, _ id: ULID, stage: String, outcome: JSONObject?, failure: GatewayError.Code? = nil
    ) -> AuditRecord {
        var detail: AuditDetail = ["stage": .string(stage), "reason": .string(reason)]
        for (key, value) in self.detail.pairs { detail.append(key, value) }
        for member in outcome?.members ?? [] {
            if case .integer(let count) = member.value { detail.append(member.key, .integer(count)) }
        }
        if let failure { detail.append("code", .string(failure.description)) }
        // An intent is neither done nor failed; its result says which (MOD-32).
        let known: AuditOutcome? = failure != nil ? .failed : stage == "intent" ? .pending : nil
        return AuditRecord(
            event, outcome: known, actor: context.auditActor, target: target, detail: detail, request: id)
    }
}

extension EventContext {
    /// Who acts, for the audit log.
    var auditActor: AuditActor {
        AuditActor(
            issuer: principal.issuer, subject: principal.subject, roles: principal.roles, ip: client.handshake.address,
            transport: nil)
    }
}
