import EngineIO
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import NIOConcurrencyHelpers
import NIOCore
import SocketIO

/// Answers the calls of back ends (BCK-01, BCK-02). Any thread.
///
/// A call goes through, in this order: token, body, rules, idempotency key, rate, room for one more; then it is recorded, and made.
final class ApiDesk: Sendable {
    let runtime: ServerRuntime
    /// The largest arguments under a rule without `max_bytes`.
    private let payloadLimit: Int
    private let open = NIOLockedValueBox(true)
    private let rates = NIOLockedValueBox(ApiRates())
    private let flight = NIOLockedValueBox(CallsInFlight())
    private let keys = NIOLockedValueBox(IdempotencyTable())

    init(_ runtime: ServerRuntime, payloadLimit: Int) {
        self.runtime = runtime
        self.payloadLimit = payloadLimit
    }

    var isOpen: Bool { open.withLockedValue { $0 } }

    /// Refuses every further call.
    func close() { open.withLockedValue { $0 = false } }

    var audit: PipelineAudit {
        PipelineAudit(log: runtime.audit, refusals: runtime.refusals, clock: runtime.clock, feed: runtime.feed)
    }

    private var now: Int64 { Int64(clamping: runtime.clock.now().uptimeNanoseconds) }

    static let jsonLimits = JSONLimits(depth: 32, nodes: 50_000, stringBytes: ApiDesk.bodyLimit)

    /// A call whose body is read and understood.
    struct Ready: Sendable {
        var namespace: Namespace
        var rooms: [RoomName]
        var event: String?
        /// Of the event's arguments, as JSON.
        var bytes = 0
        /// Whether it asks which rooms there are.
        var lists = false
        /// Whether it is recorded durably before it is made.
        var isAct = false
        /// Does it, once it is allowed.
        let make: @Sendable (Broadcaster, ApiGrants) async throws -> JSONObject
    }

    // MARK: Answering

    func answer(_ call: ApiCall, _ text: String, _ place: ApiCaller.Place, _ key: String?, _ body: ByteBuffer) async -> HTTPResponse {
        var known: ApiCaller?
        var target = AuditTarget()
        do throws(ApiFailure) {
            // Again: the body may have taken its time, and the token may have been revoked.
            let caller = try caller(text, place)
            known = caller
            let ready = try Self.read(call, body)
            target = AuditTarget(
                namespace: ready.namespace.name, event: ready.event, room: ready.rooms.count == 1 ? ready.rooms.first?.name : nil)
            return try await answer(call, ready, caller, key, body, target)
        } catch {
            return refusal(error, call, place, known, target: target)
        }
    }

    private func answer(
        _ call: ApiCall, _ ready: Ready, _ caller: ApiCaller, _ key: String?, _ body: ByteBuffer, _ target: AuditTarget
    ) async throws(ApiFailure) -> HTTPResponse {
        let bundle = runtime.policies.current
        let grants = ApiGrants(
            bundle, call, in: ready.namespace.name, subject: caller.subject(bundle.global, in: ready.namespace.name),
            payloadLimit: payloadLimit, now: runtime.clock.wallMilliseconds() / 1_000)
        let decision =
            ready.lists ? grants.decideList() : grants.decide(rooms: ready.rooms.map(\.name), event: ready.event, bytes: ready.bytes)
        guard decision.isAllowed else { throw Self.refusal(decision) }
        try checkBan(of: caller, in: ready)
        guard let definition = runtime.sockets.definition(ready.namespace) else {
            throw ApiFailure(.notFound, .notFound, "No gateway serves \(ready.namespace)", reason: "unknown_namespace")
        }
        let once = try key.map { key throws(ApiFailure) in try Once(call, key, caller, body) }
        if let once, let earlier = try replay(once, bundle) {
            _ = record(call, caller, target, decision, bundle, ["replayed": true])
            return earlier
        }
        if let rate = decision.rate,
            let wait = rates.withLockedValue({ $0.take(rate, of: decision.rule ?? "", for: caller.user, now: now) })
        {
            throw ApiFailure(
                .tooManyRequests, .rateLimited, "Too many calls; wait", reason: "rate", rule: decision.rule,
                retryAfter: EarlyAttempt.seconds(wait))
        }
        guard flight.withLockedValue({ $0.begin(caller.user) }) else {
            throw ApiFailure(
                .tooManyRequests, .limit, "Too many calls are being answered; wait for some", reason: "in_flight", retryAfter: 1)
        }
        defer { flight.withLockedValue { $0.end(caller.user) } }
        if let once { try begin(once, bundle) }
        do throws(ApiFailure) {
            let id = try await admitted(call, ready, caller, target, decision, bundle)
            var answer = try await make(ready, Broadcaster(runtime, definition), grants)
            answer["decision"] = .string(id)
            let response = HTTPResponse(.ok, json: JSONValue.object(answer))
            if let once {
                let kept = IdempotencyTable.Answer(status: response.status.rawValue, body: Array(response.body.readableBytesView))
                keys.withLockedValue { $0.finish(once.key, kept) }
            }
            return response
        } catch {
            if let once { keys.withLockedValue { $0.abandon(once.key) } }
            throw error
        }
    }

    private func make(_ ready: Ready, _ everyone: Broadcaster, _ grants: ApiGrants) async throws(ApiFailure) -> JSONObject {
        do {
            return try await ready.make(ready.rooms.reduce(everyone) { $0.to($1) }, grants)
        } catch let error as GatewayError {
            throw ApiFailure(error)
        } catch let error as ApiFailure {
            throw error
        } catch {
            // The event loops of a server that stops.
            runtime.logError("a call of a back end failed: \(error)")
            throw .internalError
        }
    }

    // MARK: Deciding and recording

    private static func refusal(_ decision: ApiDecision) -> ApiFailure {
        let reason = decision.reason.rawValue
        switch decision.reason {
        case .tooLarge: return ApiFailure(.payloadTooLarge, .tooLarge, "The arguments are larger than the rules allow", reason: reason)
        case .invalidName: return ApiFailure(.badRequest, .invalid, "A room or event has a name that is not taken", reason: reason)
        default:
            return ApiFailure(
                .forbidden, code: decision.code ?? ReplyCode.forbidden.rawValue, "No rule of _api.yaml allows this call", reason: reason,
                rule: decision.rule)
        }
    }

    private func checkBan(of caller: ApiCaller, in ready: Ready) throws(ApiFailure) {
        let (restrictions, wall) = (runtime.restrictions.current, runtime.clock.wallMilliseconds())
        guard
            restrictions.ban(of: caller.user, in: ready.namespace, now: wall)
                ?? restrictions.ban(of: caller.address, in: ready.namespace, now: wall) == nil
        else {
            throw ApiFailure(.forbidden, code: ConnectErrorCode.banned.rawValue, ConnectErrorCode.banned.message, reason: "banned")
        }
    }

    /// Records that the call is made, before it is.
    /// - Returns: the decision's id.
    private func admitted(
        _ call: ApiCall, _ ready: Ready, _ caller: ApiCaller, _ target: AuditTarget, _ decision: ApiDecision, _ bundle: PolicyBundle
    ) async throws(ApiFailure) -> String {
        var detail: AuditDetail = ["rooms": AuditScalar(ready.rooms.count)]
        if ready.event != nil { detail.append("bytes", AuditScalar(ready.bytes)) }
        guard ready.isAct else {
            guard let id = record(call, caller, target, decision, bundle, detail) else { throw .auditUnavailable }
            return id
        }
        let record = self.made(call, caller, target, decision, bundle, detail)
        do {
            try await runtime.audit.recordDurably(record)
        } catch {
            throw .auditUnavailable
        }
        return record.decision?.id.description ?? ""
    }

    private func made(
        _ call: ApiCall, _ caller: ApiCaller, _ target: AuditTarget, _ decision: ApiDecision, _ bundle: PolicyBundle, _ detail: AuditDetail
    ) -> AuditRecord {
        var whole: AuditDetail = ["call": .string(call.rawValue)]
        for (key, value) in detail.pairs { whole.append(key, value) }
        return AuditRecord(
            .apiCalled, actor: caller.actor, target: target,
            decision: AuditDecision(
                id: audit.ids.next(), effect: .allow, rule: decision.rule, reason: decision.reason.rawValue, generation: bundle.generation),
            detail: whole)
    }

    /// - Returns: the decision's id; `nil` if the record found no room.
    private func record(
        _ call: ApiCall, _ caller: ApiCaller, _ target: AuditTarget, _ decision: ApiDecision, _ bundle: PolicyBundle, _ detail: AuditDetail
    ) -> String? {
        let admission = runtime.audit.record(made(call, caller, target, decision, bundle, detail))
        switch admission.outcome {
        case .lost, .stopped: return nil
        default: return admission.decision?.description ?? ""
        }
    }

    // MARK: Idempotency

    /// A call that is to be made once.
    private struct Once: Sendable {
        let key: IdempotencyTable.Key
        let call: AuditHash

        init(_ call: ApiCall, _ key: String, _ caller: ApiCaller, _ body: ByteBuffer) throws(ApiFailure) {
            do throws(AuditError) {
                self.key = try IdempotencyTable.Key(key, of: caller.user)
                self.call = try AuditHash.sha256(Array(call.rawValue.utf8) + [0x0A] + Array(body.readableBytesView))
            } catch {
                // libcrypto has no SHA-256.
                throw .internalError
            }
        }
    }

    private func replay(_ once: Once, _ bundle: PolicyBundle) throws(ApiFailure) -> HTTPResponse? {
        try response(keys.withLockedValue { $0.look(once.key, once.call, bundle.api.idempotency, now: now) })
    }

    private func begin(_ once: Once, _ bundle: PolicyBundle) throws(ApiFailure) {
        // Another request with this key may have begun in between; what it is answered is not known yet.
        let verdict = keys.withLockedValue { $0.begin(once.key, once.call, bundle.api.idempotency, now: now) }
        guard try response(verdict) == nil else { throw Self.running }
    }

    private static let running = ApiFailure(
        .conflict, .conflict, "A call with this Idempotency-Key is being made; ask again later", reason: "idempotency_running",
        retryAfter: 1)

    /// - Returns: `nil` for a new key.
    private func response(_ verdict: IdempotencyTable.Verdict) throws(ApiFailure) -> HTTPResponse? {
        switch verdict {
        case .new: return nil
        case .replay(let answer):
            return HTTPResponse(
                HTTPStatus(rawValue: answer.status), contentType: "application/json", body: ByteBuffer(bytes: answer.body),
                fields: [("Idempotency-Replayed", "true")])
        case .running: throw Self.running
        case .made:
            throw ApiFailure(
                .conflict, .conflict, "The call with this Idempotency-Key was made; its answer was too large to be kept",
                reason: "idempotency_made")
        case .other:
            throw ApiFailure(.conflict, .conflict, "This Idempotency-Key is that of another call", reason: "idempotency_other")
        case .full(let isOwn):
            let message = "Too many Idempotency-Keys are remembered; wait, shorten idempotency.window of _api.yaml, or raise its keys"
            throw ApiFailure(
                isOwn ? .tooManyRequests : .unavailable, isOwn ? .limit : .unavailable, message, reason: "idempotency_full", retryAfter: 60)
        }
    }
}
