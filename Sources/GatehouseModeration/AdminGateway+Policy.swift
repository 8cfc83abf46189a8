import Gatehouse
import GatehouseAudit
import GatehousePolicy

/// `policy.reload`, `policy.rollback`, `policy.status`: the policies of the running server (POL-40 to POL-44).
extension AdminGateway {
    func reloadPolicies(_ dto: PolicyReloadRequest, _ context: EventContext) async throws -> JSONObject {
        try await change(.adminPolicyReload, dto.requestID, dto.reason, fingerprint: "\(dto)", context) { reload, origin in
            do throws(PolicyReloadError) {
                return try await reload.reload(by: origin, force: dto.force)
            } catch {
                throw error.reply
            }
        }
    }

    func rollbackPolicies(_ dto: PolicyRollbackRequest, _ context: EventContext) async throws -> JSONObject {
        try await change(.adminPolicyRollback, dto.requestID, dto.reason, fingerprint: "\(dto)", context) { reload, origin in
            do throws(PolicyReloadError) {
                return try await reload.rollback(dto.steps, by: origin)
            } catch {
                throw error.reply
            }
        }
    }

    func policyStatus(_ dto: StatsRequest, _ context: EventContext) async throws -> JSONObject {
        let runtime = context.client.server.runtime
        let bundle = runtime.policies.current
        runtime.audit.record(AuditRecord(.adminPolicyStatus, actor: context.auditActor))
        var answer = bundle.summary
        answer["files"] = .array(
            bundle.files.map { ["name": .string($0.name), "revision": .integer($0.revision), "sha256": .string($0.sha256)] })
        answer["earlier"] = .array(runtime.policies.earlier.map { .object($0.summary) })
        return answer
    }

    private func change(
        _ event: AuditEvent, _ requestID: String, _ reason: String, fingerprint: String, _ context: EventContext,
        _ body: @escaping (PolicyReload, PolicyReload.Origin) async throws -> PolicyReload.Outcome
    ) async throws -> JSONObject {
        let change = AdminChange(
            event: event, requestID: requestID, reason: reason, target: AuditTarget(), fingerprint: fingerprint)
        return try await change.perform(context, ledger) { runtime in
            guard runtime.policyReload != nil else {
                throw GatewayError(.unavailable, "The policies of this server do not change while it runs")
            }
        } effect: { runtime in
            let client = context.client
            let origins = client.handshake.headers.filter { $0.name.lowercased() == "origin" }
            guard let reload = runtime.policyReload,
                let subject = context.principal.subject(
                    from: client.handshake.address, origin: origins.first?.value, transport: .websocket, seenBy: runtime.policies.current)
            else { throw GatewayError(.forbidden, "Forbidden resource") }
            let outcome = try await body(reload, .staff(subject, context.auditActor))
            var answer = outcome.bundle.summary
            answer["changed"] = .bool(outcome.changed)
            answer["closed"] = .integer(Int64(outcome.closed))
            answer["warnings"] = .array(outcome.warnings.prefix(32).map { .string($0.description) })
            return answer
        }
    }
}

extension PolicyBundle {
    /// As staff see it.
    fileprivate var summary: JSONObject {
        ["generation": .integer(Int64(clamping: generation)), "revision": .integer(revision), "sha256": .string(sha256)]
    }
}

extension PolicyReloadError {
    /// What staff are told. The mistakes in files are the operator's to see, in the operational log: here are the first of them, with their
    /// places, which name no secret.
    fileprivate var reply: GatewayError {
        switch code {
        case .rejected:
            let mistakes = (cause as? PolicyErrors)?.errors ?? []
            let first = mistakes.prefix(8).map(\.description).joined(separator: "\n")
            let more = mistakes.count > 8 ? "\nand \(mistakes.count - 8) more" : ""
            return GatewayError(.invalid, mistakes.isEmpty ? message : "\(message):\n\(first)\(more)", cause: self)
        case .gain: return GatewayError(.forbidden, message, cause: self)
        case .noEarlier: return GatewayError(.notFound, message, cause: self)
        case .auditUnavailable: return GatewayError(.auditUnavailable, message, cause: self)
        }
    }
}
