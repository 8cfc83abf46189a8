import EngineIO
import GatehouseAudit
import GatehouseNetwork
import GatehousePolicy
import GatehouseTokens
import NIOCore
import SocketIO

/// What is asked of a request by its head, before its body is read: only those with a good token have theirs kept in memory.
extension ApiDesk {
    static let bodyLimit = 1_048_576

    /// On the event loop of the connection.
    func admit(_ request: EngineRequest, _ call: ApiCall) -> PostedBody {
        let place = ApiCaller.Place(request)
        do throws(ApiFailure) {
            guard request.method == "POST" else { throw .method }
            guard isOpen else { throw .stopping }
            guard runtime.audit.pressure < .refuseConnections else { throw .auditUnavailable }
            guard runtime.catchUp?.obstacle == nil else {
                throw ApiFailure(
                    .unavailable, .unavailable, "This node has not caught up with the cluster; try another, or again",
                    reason: "cluster_behind", retryAfter: 5)
            }
            let text = try bearer(request)
            _ = try caller(text, place)
            guard isJSON(request) else { throw .mediaType }
            let key = try idempotencyKey(request, call)
            return .read(
                PostedReading(
                    limit: Self.bodyLimit, tooLarge: { self.refusal(.tooLarge, call, place) },
                    answer: { await self.answer(call, text, place, key, $0) }))
        } catch {
            return .refused(refusal(error, call, place))
        }
    }

    /// The one token of a request.
    private func bearer(_ request: EngineRequest) throws(ApiFailure) -> String {
        switch TokenSource(auth: [:], authorization: request.headers.all("authorization")) {
        case .token(let text): return text
        case .none: throw ApiFailure(.unauthorized, .unauthorized, "A token is due: Authorization: Bearer", reason: "no_token")
        case .unusable(let reason): throw ApiFailure(.unauthorized, .unauthorized, "Unauthorized", reason: reason)
        case .contradictory: throw ApiFailure(.unauthorized, .unauthorized, "Unauthorized", reason: "contradictory_tokens")
        }
    }

    /// The bearer of a token, who is not kept out. An address that has shown many bad tokens waits, here and at CONNECT.
    func caller(_ text: String, _ place: ApiCaller.Place) throws(ApiFailure) -> ApiCaller {
        let (addresses, now, wall) = (runtime.policies.inForce.addresses, runtime.clock.now(), runtime.clock.wallMilliseconds())
        let restrictions = runtime.restrictions.current
        guard restrictions.ban(of: place.address, now: wall) == nil else {
            throw ApiFailure(.forbidden, code: ConnectErrorCode.banned.rawValue, ConnectErrorCode.banned.message, reason: "address_banned")
        }
        if let early = addresses.refuseEarly(place.address.key, to: "", now: Int64(clamping: now.uptimeNanoseconds)) {
            throw ApiFailure(
                .tooManyRequests, .limit, "Too many failed attempts; wait", reason: early.reason, retryAfter: early.retryAfter)
        }
        let token: VerifiedToken
        do throws(TokenRefusal) {
            token = try runtime.tokens.verify(text, now: wall)
        } catch {
            _ = addresses.failedAuthentication(
                place.address.key, to: "", wasGoodOnce: error.code != .unauthorized, now: Int64(clamping: now.uptimeNanoseconds))
            throw ApiFailure(
                .unauthorized, code: error.code.rawValue, error.code == .unauthorized ? "Unauthorized" : error.message,
                reason: error.reason.name)
        }
        let caller = ApiCaller(token, place, key: runtime.auditKey)
        guard restrictions.ban(of: caller.user, now: wall) == nil, !runtime.temporaryBans.contains(caller.user, now: wall) else {
            throw ApiFailure(.forbidden, code: ConnectErrorCode.banned.rawValue, ConnectErrorCode.banned.message, reason: "banned")
        }
        addresses.authenticated(place.address.key, now: Int64(clamping: now.uptimeNanoseconds))
        return caller
    }

    private func isJSON(_ request: EngineRequest) -> Bool {
        let types = request.headers.all("content-type")
        guard types.count == 1, let type = types.first, !request.headers.contains("content-encoding") else { return false }
        let parts = type.lowercased().split(separator: ";").map { $0.filter { $0 != " " } }
        return parts.first == "application/json" && parts.dropFirst().allSatisfy { $0 == "charset=utf-8" }
    }

    /// Calls that only look need none, and what they were sent with is not looked at.
    private func idempotencyKey(_ request: EngineRequest, _ call: ApiCall) throws(ApiFailure) -> String? {
        guard call == .emit || call == .disconnect else { return nil }
        let keys = request.headers.all("idempotency-key")
        guard let key = keys.first else { return nil }
        guard keys.count == 1, (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw ApiFailure(
                .badRequest, .invalid, "An Idempotency-Key is 1 to 255 visible ASCII characters, once", reason: "idempotency_key")
        }
        return key
    }

    /// Records a refusal. Repeats are folded, and share an id.
    func refusal(
        _ failure: ApiFailure, _ call: ApiCall, _ place: ApiCaller.Place, _ caller: ApiCaller? = nil, target: AuditTarget = AuditTarget()
    ) -> HTTPResponse {
        var failure = failure
        let isAuthentication = failure.status == .unauthorized
        failure.decision = audit.record(
            AuditRecord(
                isAuthentication ? .authFailed : .apiDenied, actor: caller?.actor ?? AuditActor(ip: place.address, port: place.port),
                target: target,
                decision: AuditDecision(
                    id: audit.ids.next(), effect: .deny, rule: failure.rule, reason: failure.reason,
                    generation: runtime.policies.current.generation),
                detail: ["call": .string(call.rawValue), "status": AuditScalar(failure.status.rawValue)]))
        return failure.response
    }
}
