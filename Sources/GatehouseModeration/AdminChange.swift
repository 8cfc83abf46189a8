import Gatehouse
import GatehouseAudit

/// A change that staff ask for, in the order of MOD-32: idempotency, rank and scope, intent durable, effect, result, ack.
struct AdminChange {
    let event: AuditEvent
    let requestID: String
    let reason: String
    let target: AuditTarget
    /// Tells a repeated request from another one under the same id.
    let fingerprint: String

    func perform(
        _ context: EventContext, _ ledger: RequestLedger, check: (ServerRuntime) async throws -> Void,
        effect: (ServerRuntime) async throws -> JSONObject
    ) async throws -> JSONObject {
        let runtime = context.client.server.runtime
        guard let id = ULID(requestID), let user = UserKey(context.principal) else {
            throw GatewayError(.invalid, "request_id is a ULID")
        }
        let key = RequestLedger.Key(user: user, event: context.event, id: id)
        switch ledger.claim(key, fingerprint: fingerprint, now: runtime.clock.wallMilliseconds()) {
        case .repeated(.object(let answer)): return answer
        case .repeated, .stillRunning: throw GatewayError(.conflict, "The first request of this id is still running")
        case .conflict: throw GatewayError(.conflict, "Another request was made under this id")
        case .first: break
        }
        do {
            try await check(runtime)
            try await durable(record(context, id, stage: "intent", outcome: nil), runtime)
            var answer = try await effect(runtime)
            let receipt = try await durable(record(context, id, stage: "result", outcome: answer), runtime)
            if let seq = receipt.seq { answer["audit_seq"] = .integer(Int64(clamping: seq)) }
            ledger.answer(key, fingerprint: fingerprint, ack: .object(answer))
            return answer
        } catch {
            ledger.release(key)
            throw error
        }
    }

    @discardableResult
    private func durable(_ record: AuditRecord, _ runtime: ServerRuntime) async throws -> AuditReceipt {
        do {
            return try await runtime.audit.recordDurably(record)
        } catch {
            throw GatewayError(.auditUnavailable, "The act cannot be recorded now, so it was not done", cause: error)
        }
    }

    private func record(_ context: EventContext, _ id: ULID, stage: String, outcome: JSONObject?) -> AuditRecord {
        var detail: AuditDetail = ["stage": .string(stage), "reason": .string(reason)]
        for member in outcome?.members ?? [] {
            if case .integer(let count) = member.value { detail.append(member.key, .integer(count)) }
        }
        return AuditRecord(event, actor: context.auditActor, target: target, detail: detail, request: id)
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
