import Gatehouse
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy

/// Makes acts, in the order of MOD-32: authorised and decoded before, then idempotency, rank and scope, intent durable, store, effect,
/// result, ack.
struct ActRunner: Sendable {
    let gateway: AdminGateway

    /// Makes an act that a member of staff asks for.
    /// - Returns: the answer, or that of the first request under this id.
    func make(_ act: any Act, _ context: EventContext) async throws -> JSONObject {
        let verb = type(of: act).verb
        let right = try await context.client.right(to: verb.rawValue, in: AdminGateway.namespace)
        guard right.isAllowed else { throw GatewayError(.forbidden, "Forbidden resource") }
        if let rooms = right.rooms, !act.isConfinedByParts, !act.subject.isConfined(to: rooms) {
            throw GatewayError(.forbidden, "Your right is confined to some rooms, and this concerns more")
        }
        return try await make(act, context, approval: right.approval.map { .needed($0) } ?? .notNeeded)
    }

    enum ApprovalState {
        case notNeeded
        case needed(ApprovalRule)
        /// Asked for by another.
        case granted(Approval)
    }

    func make(_ act: any Act, _ context: EventContext, approval: ApprovalState) async throws -> JSONObject {
        guard let id = ULID(act.requestID) else { throw GatewayError(.invalid, "request_id is a ULID") }
        return try await make(act, try ActMaking(gateway, context, id), approval: approval)
    }

    /// Makes an act of the server's own, by a rule of `_moderation.yaml`: recorded, shown and taken back as those of staff.
    func make(_ act: any Act, by rule: String, _ runtime: ServerRuntime) async throws -> JSONObject {
        guard let id = ULID(act.requestID) else { throw GatewayError(.invalid, "request_id is a ULID") }
        return try await make(act, ActMaking(gateway, rule: rule, id, runtime), approval: .notNeeded)
    }

    private func make(_ act: any Act, _ making: ActMaking, approval: ApprovalState) async throws -> JSONObject {
        let id = making.request
        let text = try act.text
        var records = try ActRecords(act, making)
        if case .granted(let approval) = approval { records.requester = approval.requester }
        guard !act.dryRun else { return try await rehearse(act, making, records) }
        let key = RunningRequests.Key(user: making.actor, event: type(of: act).verb.rawValue, id: id)
        switch gateway.running.begin(key, text) {
        case .begun: break
        case .isRunning: throw GatewayError(.conflict, "The first request of this id is still running")
        case .isAnother: throw GatewayError(.conflict, "Another request was made under this id")
        }
        defer { gateway.running.end(key) }
        if let known = try await gateway.written({ try await $0.request(of: making.actor, key.event, id) }) {
            return try await repeated(known, act, text, making, records)
        }
        try await act.check(making)
        if case .needed(let rule) = approval { try await gateway.approvals.ask(for: act, rule, making) }
        return try await carryOut(act, text, making, records)
    }

    private func carryOut(_ act: any Act, _ text: String, _ making: ActMaking, _ records: ActRecords) async throws -> JSONObject {
        let changes = try await act.changes(making)
        try records.checkLength(changes)
        try await records.intent(changes)
        var request = KeptRequest(
            actor: making.actor, event: type(of: act).verb.rawValue, id: making.request, payload: text, changes: changes,
            reverse: [], answer: act.settled(changes), seq: nil, at: making.now, target: act.subject.target)
        var order: Int64?
        do {
            if !changes.isEmpty {
                request.reverse = try making.state.reverse(of: changes, now: making.now)
                request.isPending = true
                let origin = ActOrigin(request: making.request, by: making.actor, at: making.now, reason: act.reason)
                let former = try await act.undoes(making)
                let draft = sharing(act, request, making, undoing: former)
                let made = try await gateway.written { [request] in
                    try await $0.make(changes, origin, request, undoing: former, sharing: draft, now: making.now)
                }
                order = made.order
                await ModerationSweep(making.runtime).recordEnd(of: made.ended)
            } else if let draft = sharing(act, request, making) {
                try await gateway.written { try await $0.share(draft) }
            }
            request.answer = request.answer.merging(try await act.effect(making))
            if let state = try await shared(act, making, hasChanges: !changes.isEmpty) { request.answer["cluster"] = .string(state) }
        } catch {
            records.failed((error as? GatewayError)?.code ?? .init(.internal), kept: order)
            throw error
        }
        let answer = await finish(&request, making, records, order: order)
        Task { await act.afterwards(making) }
        return answer
    }

    // MARK: Other nodes

    private func isShared(_ act: any Act, _ making: ActMaking, hasChanges: Bool) -> Bool {
        guard making.runtime.cluster != nil else { return false }
        return hasChanges || (act as? any LiveAct)?.concernsOthers(than: making.node) == true
    }

    /// What the other nodes are told of an act; `nil` if it does not concern them.
    private func sharing(
        _ act: any Act, _ request: KeptRequest, _ making: ActMaking, undoing former: KeptRequest? = nil
    ) -> SharedOutbox.Draft? {
        guard isShared(act, making, hasChanges: !request.changes.isEmpty) else { return nil }
        var told = request
        told.isPending = false
        let body = SharedBody.act(SharedAct(request: told, reason: act.reason, undone: former?.key))
        return SharedOutbox.Draft(text: body.text, now: making.now)
    }

    /// How long an answer waits until the other nodes can know of the act.
    private static let sharingLimit: Duration = .seconds(1)

    /// - Returns: `sent`, or `queued` while Redis is away: the other nodes do it once they learn of it. `nil` if it does not concern them.
    private func shared(_ act: any Act, _ making: ActMaking, hasChanges: Bool) async throws -> String? {
        guard isShared(act, making, hasChanges: hasChanges), let cluster = making.runtime.cluster else { return nil }
        gateway.publication.ring()
        let number = try await gateway.written { try await $0.lastShared() }
        guard cluster.status.isConnected else { return "queued" }
        return await gateway.publication.isSent(number, within: Self.sharingLimit) ? "sent" : "queued"
    }

    /// An act that took effect is answered as done, even if its result cannot be recorded.
    /// - Parameter order: its place among what was kept.
    private func finish(
        _ request: inout KeptRequest, _ making: ActMaking, _ records: ActRecords, order: Int64? = nil
    ) async -> JSONObject {
        do {
            request.seq = try await records.result(request.answer, order: order)
        } catch {
            making.runtime.logError("the result of request \(making.request) by staff is not in the audit log: \(error)")
        }
        if let seq = request.seq { request.answer["audit_seq"] = .integer(Int64(clamping: seq)) }
        request.isPending = false
        do {
            try await gateway.written { [request] in try await $0.keep(request) }
        } catch {
            making.runtime.logError("the answer to request \(making.request) by staff is not kept: its repeat makes it again: \(error)")
        }
        return request.answer
    }

    /// The answer to a repeat. Where the first ended between the change and its effect, the effect is made now.
    private func repeated(
        _ known: KeptRequest, _ act: any Act, _ text: String, _ making: ActMaking, _ records: ActRecords
    ) async throws -> JSONObject {
        guard known.payload == text else { throw GatewayError(.conflict, "Another request was made under this id") }
        guard known.isPending else { return known.answer }
        var request = known
        request.answer = request.answer.merging(try await act.effect(making))
        return await finish(&request, making, records)
    }

    /// A dry run changes nothing and is not remembered, so the same id may be used for the act itself. The audit log records it.
    private func rehearse(_ act: any Act, _ making: ActMaking, _ records: ActRecords) async throws -> JSONObject {
        try await act.check(making)
        var answer = try await act.preview(making)
        answer["dry_run"] = .bool(true)
        if let seq = try await records.dryRun(answer) { answer["audit_seq"] = .integer(Int64(clamping: seq)) }
        return answer
    }
}

extension JSONObject {
    func merging(_ other: JSONObject) -> JSONObject {
        var merged = self
        for member in other.members { merged[member.key] = member.value }
        return merged
    }
}
