import EngineIO
import GatehouseAudit
import GatehouseJSON
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
            return refuseRefresh(socket, client, .forbidden, reason: Decision.Reason.unknownNamespace.rawValue, ackID: ackID)
        }
        // Where a token's end is the session's, no other token makes it longer.
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
        let address = IPAddress(request.address)
        if let address, let early = inForce.addresses.refuseEarly(address, to: policy.name, now: rateNow) {
            return refuseRefresh(socket, client, ErrorReply(.rateLimited, Self.tooManyFailures), reason: early.reason, ackID: ackID) {
                if early.isBanDue { ban(address, client.actor, cause: $0) }
            }
        }
        let token: VerifiedToken
        do {
            token = try runtime.tokens.verify(text, now: runtime.clock.wallMilliseconds())
            if let address { inForce.addresses.authenticated(address, now: rateNow) }
        } catch {
            return refuseRefresh(
                socket, client, ErrorReply(.unauthorized, "Unauthorized"), reason: error.reason.name, ackID: ackID, event: error.auditEvent
            ) { failedAuthentication(address, error, policy, client.actor, cause: $0) }
        }
        let isSame =
            client.principal.iss?.utf8.elementsEqual(token.iss.utf8) == true
            && client.principal.subject?.utf8.elementsEqual(token.sub.utf8) == true
        guard isSame, token.end > client.tokenEnd ?? .min else {
            return refuseRefresh(
                socket, client, ErrorReply(.unauthorized, "Unauthorized"), reason: isSame ? "not_later" : "other_subject", ackID: ackID)
        }
        // His sessions are being closed; one that is left does not last longer for it.
        if let user = client.user, isBanned(user.key) {
            return refuseRefresh(socket, client, .forbidden, reason: "violations", ackID: ackID)
        }
        // Whom staff asked for a newer token is not done with one that he had already, however late it ends.
        if let asked = client.reauthentication, token.identity.isIssued(before: asked.issuedSince) {
            return refuseRefresh(socket, client, ErrorReply(.unauthorized, "Unauthorized"), reason: "before_reauth", ackID: ackID)
        }
        var subject = Subject(
            issuer: token.issuer, iss: token.iss, sub: token.sub, claims: token.claims, ip: address, origin: request.origins.first,
            transport: socket.connection.session.transport == .websocket ? .websocket : .polling, settings: bundle.global)
        subject.namespace = client.client.namespace.name
        let grants = policy.grants(for: subject)
        let decision = grants.decideConnect(now: wallSeconds)
        guard decision.isAllowed else {
            return refuseRefresh(socket, client, .forbidden, reason: decision.reason.rawValue, ackID: ackID)
        }
        client.renew(token, Principal(subject, expires: token.exp), policy, grants)
        runtime.principals.note(client.principal)
        socket.audience = audience(for: grants)
        leaveRoomsNoLongerAllowed(socket, client)
        audit.log.record(
            AuditRecord(.authRefreshed, actor: client.actor, target: AuditTarget(namespace: client.client.namespace.name)))
        if let state = socket.connection.connectionState { arm(socket.connection, state) }
        if let ackID { socket.acknowledge(ackID) { try? ExpiryNotice(milliseconds: token.end).encode(into: &$0) } }
    }

    private func refuseRefresh(
        _ socket: Socket, _ client: ClientState, _ reply: ErrorReply, reason: String, ackID: UInt64?, event: AuditEvent = .authFailed,
        consequence: (_ decision: String) -> Void = { _ in }
    ) {
        let id = audit.denied(
            event, client, event: Self.refreshEvent, rule: "builtin.refresh", reason: reason, generation: client.policy.generation)
        fail(socket, reply, decision: id, event: Self.refreshEvent, ackID: ackID)
        violation(socket, decision: id)
        consequence(id)
    }
}
