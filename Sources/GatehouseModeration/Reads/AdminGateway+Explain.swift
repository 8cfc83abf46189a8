import Gatehouse
import GatehouseAudit
import GatehouseNetwork
import GatehousePolicy

/// `policy.explain {decision}`: the full account of a refusal, which its client was told a code and an id of (POL-30, POL-32).
extension AdminGateway {
    /// The most rules that an account shows.
    private static let rules = 64

    func explainDecision(_ dto: PolicyExplainRequest, _ context: EventContext) async throws -> JSONObject {
        let runtime = context.client.server.runtime
        runtime.audit.record(
            AuditRecord(.adminPolicyExplain, actor: context.auditActor, target: AuditTarget(reference: dto.decision)))
        let right = try await reach(of: .policyExplain, context)
        guard let account = ULID(dto.decision).flatMap({ runtime.account(of: $0) }), let decision = account.refusal.record.decision,
            right.includes(account.refusal.record.target?.room)
        else {
            throw GatewayError(
                .notFound,
                "This decision is not among the latest refusals. Its audit record: gatehouse audit query --decision \(dto.decision)")
        }
        let (refusal, target) = (account.refusal, account.refusal.record.target)
        var answer: JSONObject = [
            "decision": .string(dto.decision), "time": .integer(refusal.time), "event": .string(refusal.record.event.rawValue),
            "effect": .string(decision.effect.rawValue), "mode": .string(decision.mode.rawValue),
            "generation": .integer(Int64(clamping: decision.generation)),
        ]
        answer["rule"] = decision.rule.map { .string($0) }
        answer["reason"] = decision.reason.map { .string($0) }
        answer["action"] = refusal.action.map { .string($0.description) }
        answer["resource"] = .object(
            JSONObject(optional: [("ns", target?.namespace), ("event", target?.event), ("room", target?.room)]))
        answer["subject"] = refusal.subject.map { .object($0.summary) }
        answer["detail"] = .object(
            JSONObject(members: refusal.record.detail.pairs.map { ($0.key, $0.value.json) }))
        if let explanation = account.explanation {
            if let note = explanation.note { answer["note"] = .string(note) }
            let lines = explanation.lines.filter { $0.outcome != .elsewhere }
            answer["rules"] = .array(lines.prefix(Self.rules).map { .object($0.summary) })
            if lines.count > Self.rules { answer["more_rules"] = .integer(Int64(lines.count - Self.rules)) }
        } else if refusal.action != nil {
            answer["note"] = .string("the policies of generation \(decision.generation) are no longer kept")
        }
        return answer
    }
}

extension JSONObject {
    fileprivate init(optional members: [(String, String?)]) {
        self.init(members: members.compactMap { name, text in text.map { (name, .string($0)) } })
    }
}

extension AuditScalar {
    fileprivate var json: JSONValue {
        switch self {
        case .string(let text), .document(let text): .string(text)
        case .integer(let number): .integer(number)
        case .bool(let flag): .bool(flag)
        }
    }
}

extension Subject {
    /// The subject of the decision. Claims are shown only if a condition failed on them.
    fileprivate var summary: JSONObject {
        var summary = JSONObject(
            optional: [
                ("issuer", issuer), ("iss", iss), ("sub", sub), ("ip", ip?.description), ("origin", origin.text),
                ("transport", transport.rawValue),
            ])
        if anonymous { summary["anonymous"] = .bool(true) }
        for (name, words) in [("roles", roles.words), ("scopes", scopes.words)] where !words.isEmpty {
            summary[name] = .array(words.prefix(64).map { .string($0) })
        }
        return summary
    }
}

extension Explanation.Line {
    fileprivate var summary: JSONObject {
        var summary: JSONObject = [
            "id": .string(rule.id), "effect": .string(rule.effect.rawValue), "at": .string(rule.position.description),
        ]
        switch outcome {
        case .matched: summary["outcome"] = "matched"
        case .failed(let condition):
            summary["outcome"] = "failed"
            summary["condition"] = .string(condition)
        case .error(let condition):
            summary["outcome"] = "error"
            summary["condition"] = .string(condition)
        case .elsewhere: summary["outcome"] = "elsewhere"
        }
        return summary
    }
}
