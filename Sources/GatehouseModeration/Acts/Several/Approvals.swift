import Gatehouse
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy

/// Acts that need a second person (MOD-23): `send.approvals` of `policies/admin.yaml` says which. The request is kept; another member of
/// staff who may make the act grants it, and it is decided again then.
struct Approvals: Sendable {
    let store: ModerationStore

    /// Keeps a request, and tells the requester so.
    /// - Throws: ``GatewayError`` with `needs_approval`, always.
    func ask(for act: any Act, _ rule: ApprovalRule, _ making: ActMaking) async throws {
        let ends = making.now + rule.expires / 1_000_000
        let approval = Approval(
            id: making.request, event: type(of: act).verb.rawValue, payload: try act.text, requester: making.actor, reason: act.reason,
            at: making.now, ends: ends, needs: rule.needs, granted: [making.actor])
        let now = making.now
        // A repeat finds its request waiting.
        let known = try await waiting(making).first { $0.id == making.request }
        if let known, known.payload != approval.payload || known.requester != making.actor {
            throw GatewayError(.conflict, "Another request was made under this id")
        }
        if known == nil {
            guard try await waiting(making).count < ApprovalTable.capacity else {
                throw GatewayError(.limit, "\(ApprovalTable.capacity) acts wait for approval: grant or reject some first")
            }
            try await record(.approvalRequested, approval, making)
            try await making.gateway.written { try await $0.change { try ApprovalTable.put(approval, $0) } }
        }
        let seconds = ((known?.ends ?? ends) - now) / 1_000
        throw GatewayError(
            .needsApproval,
            "This act needs another person. Its approval_id is \(making.request); it lapses in \(seconds) s unless it is granted")
    }

    /// Those that wait now, the oldest first.
    func waiting(_ making: ActMaking) async throws -> [Approval] {
        try await making.gateway.written { try await $0.read { try ApprovalTable.load($0) } }.filter { $0.ends > making.now }
    }

    /// - Parameter verb: whose right must reach it (MOD-22). One's own request is always in reach.
    func approval(_ text: String, within verb: AdminVerb, _ making: ActMaking) async throws -> Approval {
        let right = try await making.right(to: verb.rawValue)
        guard let id = ULID(text), let found = try await waiting(making).first(where: { $0.id == id }),
            found.isWithin(right) || found.requester == making.actor
        else {
            throw GatewayError(.notFound, "No act waits under this approval_id: it was made, rejected, or has lapsed")
        }
        return found
    }

    /// Grants an act; the last grant makes it.
    func grant(_ request: ApprovalGrantRequest, _ context: EventContext, _ gateway: AdminGateway) async throws -> JSONObject {
        guard let id = ULID(request.requestID) else { throw GatewayError(.invalid, "request_id is a ULID") }
        let making = try ActMaking(gateway, context, id)
        if let made = try await madeBefore(request, making) { return made }
        var approval = try await approval(request.approvalID, within: .approvalGrant, making)
        guard !approval.granted.contains(making.actor) else {
            throw GatewayError(.forbidden, "Another person grants an act: you asked for this one, or have granted it")
        }
        let right = try await context.client.right(to: approval.event)
        guard right.isAllowed, approval.isWithin(right) else {
            throw GatewayError(.forbidden, "Only who may make an act may grant it")
        }
        let act = try approval.act
        // Decided again, by the granter's right and rank, before the grant is on record.
        try await act.check(try ActMaking(gateway, context, approval.id))
        approval.granted.append(making.actor)
        try await record(.approvalGranted, approval, making, reason: request.reason)
        guard approval.granted.count >= approval.needs else {
            try await gateway.written { [approval] in try await $0.change { try ApprovalTable.put(approval, $0) } }
            return [
                "approval_id": .string(approval.id.description), "granted": .integer(Int64(approval.granted.count)),
                "needs": .integer(Int64(approval.needs)),
            ]
        }
        let answer = try await ActRunner(gateway: gateway).make(act, context, approval: .granted(approval))
        try await gateway.written { [approval] in try await $0.change { try ApprovalTable.remove(approval.id, $0) } }
        return answer
    }

    /// The answer to a repeated grant.
    private func madeBefore(_ request: ApprovalGrantRequest, _ making: ActMaking) async throws -> JSONObject? {
        guard let id = ULID(request.approvalID) else { return nil }
        for type in ActCodec.types {
            let event = type.verb.rawValue
            if let known = try await making.gateway.written({ try await $0.request(of: making.actor, event, id) }), !known.isPending {
                return known.answer
            }
        }
        return nil
    }

    /// Rejects an act, or withdraws one's own.
    func reject(_ request: ApprovalRejectRequest, _ context: EventContext, _ gateway: AdminGateway) async throws -> JSONObject {
        guard let id = ULID(request.requestID) else { throw GatewayError(.invalid, "request_id is a ULID") }
        let making = try ActMaking(gateway, context, id)
        let approval = try await approval(request.approvalID, within: .approvalReject, making)
        try await record(.approvalRejected, approval, making, reason: request.reason)
        try await gateway.written { try await $0.change { try ApprovalTable.remove(approval.id, $0) } }
        return ["approval_id": .string(approval.id.description), "rejected": .bool(true)]
    }

    /// Removes those that have lapsed, and records it.
    func sweep(_ runtime: ServerRuntime, _ open: OpenModerationStore) async throws {
        let now = runtime.clock.wallMilliseconds()
        let lapsed = try await open.read { try ApprovalTable.load($0) }.filter { $0.ends <= now }
        guard !lapsed.isEmpty else { return }
        try await open.change { database in for approval in lapsed { try ApprovalTable.remove(approval.id, database) } }
        for approval in lapsed { runtime.audit.record(Self.record(.approvalLapsed, approval, actor: nil, reason: nil)) }
    }

    private func record(_ event: AuditEvent, _ approval: Approval, _ making: ActMaking, reason: String? = nil) async throws {
        do {
            try await making.runtime.audit.recordDurably(
                Self.record(event, approval, actor: making.auditActor, by: making.actor, reason: reason ?? approval.reason))
        } catch {
            throw GatewayError(.auditUnavailable, "This cannot be recorded now, so it was not done", cause: error)
        }
    }

    private static func record(
        _ event: AuditEvent, _ approval: Approval, actor: AuditActor?, by: UserID? = nil, reason: String?
    ) -> AuditRecord {
        var detail: AuditDetail = ["verb": .string(approval.event), "approval_id": .string(approval.id.description)]
        if let reason { detail.append("reason", .string(reason)) }
        detail.append("requested_by", .string(approval.requester.subject))
        if let by { detail.append("by_iss", .string(by.iss)) }
        if event == .approvalRequested {
            detail.append("at", .integer(approval.at))
            detail.append("ends", .integer(approval.ends))
            detail.append("needs", AuditScalar(approval.needs))
        }
        if AuditText.fits(approval.payload) { detail.append("act", .document(approval.payload)) }
        return AuditRecord(event, actor: actor, detail: detail, request: approval.id)
    }
}

extension Approval {
    /// The act that waits.
    var act: any Act {
        get throws {
            var object = try JSONValue(parsing: Array(payload.utf8), limits: JSONLimits()).objectValue ?? [:]
            object["request_id"] = .string(id.description)
            return try ActCodec.act(event, .object(object))
        }
    }

    /// Whether a right that may be confined to rooms reaches the act (MOD-22).
    func isWithin(_ right: EventRight) -> Bool {
        guard let rooms = right.rooms else { return true }
        return (try? act)?.subject.isConfined(to: rooms) ?? false
    }
}

/// `approval.grant`
struct ApprovalGrantRequest: Payload {
    var requestID: String
    var reason: String
    var approvalID: String

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("approval_id", \.approvalID, .ulid),
        make: ApprovalGrantRequest.init
    )
}

/// `approval.reject`
struct ApprovalRejectRequest: Payload {
    var requestID: String
    var reason: String
    var approvalID: String

    static let schema = Schema(
        Field("request_id", \.requestID, .ulid),
        Field("reason", \.reason, .length(1...512)),
        Field("approval_id", \.approvalID, .ulid),
        make: ApprovalRejectRequest.init
    )
}
