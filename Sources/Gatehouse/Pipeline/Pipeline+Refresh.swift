import EngineIO
import GatehouseAudit
import GatehouseJSON
import GatehouseNetwork
import GatehousePolicy
import GatehouseTokens
import SocketIO

/// `auth.refresh {token}`: a new token for a session that goes on (SEC-41). The same user, a later end, roles read anew; what the new roles
/// no longer allow is taken away at once. A refused token changes nothing.
extension Pipeline {
    static let refreshEvent = SystemEvent.authRefresh.rawValue

    func refresh(_ payload: RawPayload, _ socket: Socket, _ client: ClientState, ackID: UInt64?) {
        // The policy in force decides, which may be another than the one that the client joined under (SEC-18).
        let bundle = inForce.bundle
        guard let policy = policy(of: client.mounted, in: bundle) else {
            return refuseRefresh(
                socket, client, .forbidden, reason: Decision.Reason.unknownNamespace.rawValue, ackID: ackID, isClientsDoing: false)
        }
        // An anonymous client has no token to replace, and cannot guess one here.
        guard let user = client.user else {
            return refuseRefresh(socket, client, ErrorReply(.unauthorized, "Unauthorized"), reason: "no_token", ackID: ackID)
        }
        // Without `on_expiry: refresh` no other token extends the session.
        guard policy.settings.token.onExpiry == .refresh else {
            return refuseRefresh(socket, client, .forbidden, reason: "refresh_not_allowed", ackID: ackID)
        }
        guard case .object(let object)? = try? payload.argument(), payload.argumentCount == 1, object.count == 1,
            let text = object["token"]?.stringValue
        else {
            return refuseRefresh(
                socket, client, ErrorReply(.invalid, "auth.refresh takes {\"token\": \"…\"}"), reason: "payload", ackID: ackID)
        }
        let request = socket.connection.session.request
        let address = request.address
        // Regardless of its address: an open session pays only for its user's own bad tokens, and the address does not pay for them.
        let penalty = bundle.global.failedAuthPenalty
        let wait = user.waitToRefresh(now: rateNow)
        guard wait == 0 else {
            return refuseRefresh(
                socket, client, ErrorReply(.rateLimited, Self.tooManyFailures, retryAfter: EarlyAttempt.seconds(wait)),
                reason: "failed_auth_delay", ackID: ackID, isClientsDoing: false)
        }
        let token: VerifiedToken
        do {
            token = try runtime.tokens.verify(text, now: runtime.clock.wallMilliseconds())
            user.refreshed(penalty, now: rateNow)
        } catch {
            if error.code == .unauthorized { user.failedRefresh(penalty, now: rateNow) }
            return refuseRefresh(
                socket, client, ErrorReply(.unauthorized, "Unauthorized"), reason: error.reason.name, ackID: ackID, event: error.auditEvent)
        }
        let isSame =
            client.principal.iss?.utf8.elementsEqual(token.iss.utf8) == true
            && client.principal.subject?.utf8.elementsEqual(token.sub.utf8) == true
        guard isSame, token.end > client.tokenEnd ?? .min else {
            return refuseRefresh(
                socket, client, ErrorReply(.unauthorized, "Unauthorized"), reason: isSame ? "not_later" : "other_subject", ackID: ackID)
        }
        // The user's sessions are being closed; a refresh does not extend one.
        if isBanned(user.key) {
            return refuseRefresh(socket, client, .forbidden, reason: Self.violationsReason, ackID: ackID)
        }
        if let reason = banByStaff(client, user) {
            let reply = ErrorReply(code: .policy(ConnectErrorCode.banned.rawValue), message: ConnectErrorCode.banned.message)
            return refuseRefresh(socket, client, reply, reason: reason, ackID: ackID, isClientsDoing: false)
        }
        // After a request of staff for a newer token only one that was issued later counts.
        if let asked = client.reauthentication, token.identity.isIssued(before: asked.issuedSince) {
            return refuseRefresh(socket, client, ErrorReply(.unauthorized, "Unauthorized"), reason: "before_reauth", ackID: ackID)
        }
        var subject = Subject(
            issuer: token.issuer, iss: token.iss, sub: token.sub, claims: token.claims, ip: address.ip,
            origin: RequestOrigin(request.source),
            transport: socket.connection.session.transport == .websocket ? .websocket : .polling, settings: bundle.global)
        subject.namespace = client.client.namespace.name
        let grants = policy.grants(for: subject)
        let decision = grants.decideConnect(now: wallSeconds)
        guard decision.isAllowed else {
            // The token is valid, and changed rules are not the user's fault.
            return refuseRefresh(
                socket, client, .forbidden, reason: decision.reason.rawValue, ackID: ackID, isClientsDoing: false)
        }
        client.renew(token, Principal(subject, expires: token.exp), policy, grants)
        runtime.principals.note(client.principal)
        socket.audience = audience(for: grants)
        leaveRoomsNoLongerAllowed(socket, client)
        client.feed?.keepsRights(client, socket)
        audit.log.record(
            AuditRecord(.authRefreshed, actor: client.actor, target: AuditTarget(namespace: client.client.namespace.name)))
        if let state = socket.connection.connectionState { arm(socket.connection, state) }
        if let ackID { socket.acknowledge(ackID) { try? ExpiryNotice(milliseconds: token.end).encode(into: &$0) } }
    }

    /// The reason for the audit log; `nil` if staff do not keep the client out.
    private func banByStaff(_ client: ClientState, _ user: UserState) -> String? {
        let namespace = client.client.namespace
        if isBannedByStaff(client.client.handshake.client, in: namespace) { return "address_banned" }
        return isBannedByStaff(user.key, in: namespace) ? "banned" : nil
    }

    private func refuseRefresh(
        _ socket: Socket, _ client: ClientState, _ reply: ErrorReply, reason: String, ackID: UInt64?, event: AuditEvent = .authFailed,
        isClientsDoing: Bool = true
    ) {
        let id = audit.denied(
            event, client, event: Self.refreshEvent, rule: "builtin.refresh", reason: reason, generation: client.policy.generation)
        fail(socket, reply, decision: id, event: Self.refreshEvent, ackID: ackID)
        if isClientsDoing { violation(socket, decision: id) }
    }
}
