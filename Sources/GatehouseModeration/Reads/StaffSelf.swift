import Gatehouse
import GatehouseAudit
import GatehouseJSON

/// `staff.self`: who one is, and which verbs one may use. A console shows what is in it, and nothing else.
extension AdminGateway {
    func describeSelf(_ request: EmptyRequest, _ context: EventContext) async throws -> JSONObject {
        let runtime = context.client.server.runtime
        let verbs = AdminVerb.allCases
        let rights = try await context.client.rights(to: verbs.map(\.rawValue))
        let principal = context.principal
        var answer: JSONObject = [
            "roles": .array(principal.roles.map { .string($0) }), "rank": .string(ranks(runtime).rank(of: principal).name),
            "node": .string(runtime.node), "now": .integer(runtime.clock.wallMilliseconds()),
            "verbs": .array(
                zip(verbs, rights).map { verb, right in
                    let item: JSONObject = [
                        "name": .string(verb.rawValue), "kind": .string(verb.kind.rawValue), "family": .string(verb.family.rawValue),
                        "summary": .string(verb.summary), "allowed": .bool(right.isAllowed),
                        "needs_approval": .bool(right.approval != nil),
                    ]
                    return .object(item.adding(["rooms": right.rooms.map { .array($0.map { .string($0) }) }]))
                }),
        ]
        if let user = UserID(principal) { answer["user"] = .object(user.json) }
        if let expires = principal.expires { answer["token_exp"] = .integer(Int64(expires)) }
        runtime.audit.record(AuditRecord(AdminVerb.staffSelf.auditEvent, actor: context.auditActor))
        return answer
    }

    func listApprovals(_ request: EmptyRequest, _ context: EventContext) async throws -> JSONObject {
        let making = try ActMaking(self, context, ULIDGenerator.shared.next())
        let right = try await reach(of: .approvalList, context)
        let waiting = try await approvals.waiting(making).filter { $0.isWithin(right) || $0.requester == making.actor }
        making.runtime.audit.record(
            AuditRecord(.adminApprovalList, actor: context.auditActor, detail: ["items": AuditScalar(waiting.count)]))
        return ["items": .array(waiting.map { .object($0.item) })]
    }
}

extension Approval {
    fileprivate var item: JSONObject {
        let act = try? JSONValue(parsing: Array(payload.utf8), limits: JSONLimits())
        let item: JSONObject = [
            "approval_id": .string(id.description), "verb": .string(event), "requested_by": .object(requester.json),
            "reason": .string(reason), "at": .integer(at), "ends": .integer(ends), "needs": .integer(Int64(needs)),
            "granted_by": .array(granted.map { .object($0.json) }),
        ]
        return item.adding(["act": act])
    }
}

extension StaffRank {
    /// As the console and the command line show it.
    var name: String { Self.roles.first { $0.rank == self }?.name ?? "none" }
}
