import EngineIO
import GatehouseAudit
import GatehouseNetwork
import GatehousePolicy
import GatehouseTokens
import NIOCore
package import SocketIO

/// Everything that happens before CONNECT is acknowledged, stage by stage, cheap and anonymous first (specification: policies, "Pipeline
/// order"). Until its end the client has no socket, no room, no handler (GW-02). A stage that refuses a CONNECT has answered it.
extension Pipeline {
    package func connect(_ attempt: ConnectAttempt) {
        let headers = attempt.connection.session.request.headers.all("authorization")
        let signIn = mounted(attempt.definition).signIn?.read(&attempt.auth)
        let source = signIn.map { TokenSource($0, authorization: headers) } ?? TokenSource(auth: attempt.auth, authorization: headers)
        attempt.auth["token"] = nil
        let recovery = takeRecoveryRequest(attempt)
        guard let joining = joining(attempt, recovery), hasRoomInAudit(joining), hasCaughtUp(joining), isAddressLetIn(joining),
            keepsConnectRates(joining), hasRoomForHandlers(joining), let entry = entry(joining, source, signIn?.subject)
        else { return }
        let admission = admission(to: recovery, entry, joining.policy)
        guard let admission, let session = sharedSession(admission, attempt.definition) else {
            return letIn(joining, entry, admission, admitted: signIn?.admitted)
        }
        // Redis is asked meanwhile, and what was good before may not be good after that: everything but the rates is looked at again.
        resume(attempt, with: session) { taken in
            guard let joining = self.joining(attempt, recovery), self.hasRoomInAudit(joining), self.hasCaughtUp(joining),
                self.isAddressLetIn(joining), let entry = self.entry(joining, source, signIn?.subject)
            else { return }
            var admission = self.admission(to: recovery, entry, joining.policy)
            // The session was taken for the user of before; the token is the same.
            if admission?.owner == session.owner { admission?.taken = taken }
            self.letIn(joining, entry, admission, admitted: signIn?.admitted)
        }
    }

    /// Who the client is, and whether the rules let it in.
    /// - Parameter subject: whom it names, where its payload does.
    private func entry(_ joining: Joining, _ source: TokenSource, _ subject: String?) -> Entry? {
        guard let bearer = bearer(joining, source), isNamed(subject, joining, bearer), isUserLetIn(joining, bearer) else { return nil }
        return passesConnectRules(joining, bearer)
    }

    private func letIn(
        _ joining: Joining, _ entry: Entry, _ admission: RecoveryAdmission?, admitted: (@Sendable (Client) -> Void)?
    ) {
        guard let user = countedIn(joining, entry) else { return }
        joining.attempt.recovery = admission
        accept(joining, entry, user, admitted: admitted)
    }

    /// A CONNECT on its way.
    struct Joining {
        let attempt: ConnectAttempt
        let bundle: PolicyBundle
        let policy: NamespacePolicy
        let mounted: MountedNamespace
        let debt: ConnectionDebt
        let recovery: RecoveryRequest?

        var address: ClientAddress { attempt.connection.session.request.address }
    }

    /// Who asks to join: by a good token, or nobody in particular.
    struct Bearer {
        /// `nil` without a token.
        let token: VerifiedToken?
        let subject: Subject
    }

    /// A client that the rules let in.
    struct Entry {
        let token: VerifiedToken?
        let subject: Subject
        let principal: Principal
        let grants: Grants
        let decision: Decision
    }

    /// The place of a client among the connections of its user.
    struct UserPlace {
        /// `nil` for an anonymous client.
        let user: UserState?
        /// Whether this CONNECT has counted the connection.
        let isCounted: Bool
    }

    private func joining(_ attempt: ConnectAttempt, _ recovery: RecoveryRequest?) -> Joining? {
        let (bundle, mounted, index) = (inForce.bundle, mounted(attempt.definition), attempt.definition.index)
        guard let policy = policy(of: mounted, in: bundle) else {
            // Start refuses a namespace without a policy. If a later bundle has lost it, refuse.
            refuse(attempt, .forbidden, "Forbidden resource", reason: Decision.Reason.unknownNamespace.rawValue, bundle: bundle)
            return nil
        }
        return Joining(
            attempt: attempt, bundle: bundle, policy: policy, mounted: mounted,
            debt: attempt.connection.connectionState?.debt(under: index) ?? ConnectionDebt(policy: index), recovery: recovery)
    }

    // MARK: Room, address, rates

    /// The connection was let in while there was still room in the audit log.
    private func hasRoomInAudit(_ joining: Joining) -> Bool {
        guard joining.attempt.connection.sockets.isEmpty, audit.log.pressure >= .refuseConnections else { return true }
        refuse(
            joining.attempt, .unavailable, ConnectErrorCode.unavailable.message, reason: "audit_unavailable", bundle: joining.bundle,
            isClientsDoing: false)
        return false
    }

    /// Nobody is let in by a node that may have missed a ban.
    private func hasCaughtUp(_ joining: Joining) -> Bool {
        guard runtime.catchUp?.obstacle != nil else { return true }
        refuse(
            joining.attempt, .unavailable, ConnectErrorCode.unavailable.message, reason: "cluster_behind", bundle: joining.bundle,
            retryAfter: 5, isClientsDoing: false)
        return false
    }

    /// Bans of the address: by staff, of the node or of this namespace; and for bad tokens, of connections that came before the ban.
    private func isAddressLetIn(_ joining: Joining) -> Bool {
        let attempt = joining.attempt
        if isBannedByStaff(joining.address, in: attempt.definition.namespace) {
            refuse(
                attempt, .banned, ConnectErrorCode.banned.message, reason: "address_banned", rule: Self.banRule, bundle: joining.bundle)
            return false
        }
        guard attempt.connection.sockets.isEmpty, let wait = banLeft(joining.address.key) else { return true }
        refuse(
            attempt, .limit, Self.tooManyFailures, reason: "address", bundle: joining.bundle, retryAfter: wait, isClientsDoing: false)
        return false
    }

    private func keepsConnectRates(_ joining: Joining) -> Bool {
        let (attempt, policy) = (joining.attempt, joining.policy)
        guard joining.debt.takeConnect(policy.settings.limits, now: rateNow) else {
            refuse(attempt, .limit, Self.tooManyConnects, reason: "connection_connects", bundle: joining.bundle)
            return false
        }
        guard inForce.addresses.takeConnect(joining.address.key, to: policy.name, now: rateNow) else {
            refuse(attempt, .limit, Self.tooManyConnects, reason: "connect_rate", bundle: joining.bundle, isClientsDoing: false)
            return false
        }
        return true
    }

    private func hasRoomForHandlers(_ joining: Joining) -> Bool {
        guard let state = joining.attempt.connection.connectionState, state.unfinished >= unfinishedLimit else { return true }
        refuse(joining.attempt, .limit, Self.tooManyUnfinished, reason: "unfinished_handlers", bundle: joining.bundle)
        return false
    }

    // MARK: Token

    /// The token, and what its claims say.
    private func bearer(_ joining: Joining, _ source: TokenSource) -> Bearer? {
        let (attempt, session, bundle) = (joining.attempt, joining.attempt.connection.session, joining.bundle)
        let (address, origin) = (joining.address, RequestOrigin(session.request.source))
        let transport: TransportName = session.transport == .websocket ? .websocket : .polling
        let bearer: Bearer
        switch source {
        case .contradictory:
            refuse(attempt, .unauthorized, "Unauthorized", reason: "contradictory_tokens", bundle: bundle, event: .authFailed)
            return nil
        case .unusable(let reason):
            refuse(attempt, .unauthorized, "Unauthorized", reason: reason, bundle: bundle, event: .authFailed)
            return nil
        case .none:
            bearer = Bearer(token: nil, subject: Subject(anonymousFrom: address.ip, origin: origin, transport: transport))
        case .token(let text):
            guard let token = verified(text, joining) else { return nil }
            bearer = Bearer(
                token: token,
                subject: Subject(
                    issuer: token.issuer, iss: token.iss, sub: token.sub, claims: token.claims, ip: address.ip, origin: origin,
                    transport: transport, settings: bundle.global))
        }
        var subject = bearer.subject
        subject.namespace = attempt.definition.namespace.name
        return Bearer(token: bearer.token, subject: subject)
    }

    private func verified(_ text: String, _ joining: Joining) -> VerifiedToken? {
        let (attempt, address, policy) = (joining.attempt, joining.address, joining.policy)
        let actor = attempt.connection.connectionState?.actor
        if let early = inForce.addresses.refuseEarly(address.key, to: policy.name, now: rateNow) {
            refuse(
                attempt, .limit, Self.tooManyFailures, reason: early.reason, bundle: joining.bundle, event: .authFailed,
                retryAfter: early.retryAfter, isClientsDoing: false
            ) { decision in
                if early.isBanDue { ban(address.key, actor, cause: decision) }
            }
            return nil
        }
        do {
            return try runtime.tokens.verify(text, now: runtime.clock.wallMilliseconds())
        } catch {
            let code = ConnectErrorCode(rawValue: error.code.rawValue) ?? .unauthorized
            refuse(
                attempt, code, code.message, reason: error.reason.name, bundle: joining.bundle, event: error.auditEvent,
                issuer: error.issuer
            ) { failedAuthentication(address.key, error, policy, actor, cause: $0) }
            return nil
        }
    }

    // MARK: User

    /// The token is that of the user whom the client names.
    private func isNamed(_ subject: String?, _ joining: Joining, _ bearer: Bearer) -> Bool {
        guard let subject, let token = bearer.token, token.sub != subject else { return true }
        refuse(
            joining.attempt, .unauthorized, ConnectErrorCode.unauthorized.message, reason: "other_subject", bundle: joining.bundle,
            event: .authFailed, token: token, subject: bearer.subject)
        return false
    }

    /// Bans of the user: by staff, and for broken rules. A token that was verified before costs a banned user no signature, since the
    /// verifier knows it; the claims of an unverified one decide nothing (MOD-65).
    private func isUserLetIn(_ joining: Joining, _ bearer: Bearer) -> Bool {
        guard let token = bearer.token else { return true }
        let user = UserID(iss: token.iss, subject: token.sub)
        let isByStaff = isBannedByStaff(user, in: joining.attempt.definition.namespace)
        guard !isByStaff, !isBanned(user) else {
            // A ban that has ended does not bring back what was before it (REC-04).
            forgetSessions(of: user, joining.recovery, in: joining.attempt.definition)
            refuse(
                joining.attempt, .banned, ConnectErrorCode.banned.message, reason: isByStaff ? "banned" : Self.violationsReason,
                rule: isByStaff ? Self.banRule : nil, bundle: joining.bundle, token: token, subject: bearer.subject)
            return false
        }
        // Only now: who is banned pays nothing off.
        inForce.addresses.authenticated(joining.address.key, now: rateNow)
        return true
    }

    private func passesConnectRules(_ joining: Joining, _ bearer: Bearer) -> Entry? {
        let (policy, subject, token) = (joining.policy, bearer.subject, bearer.token)
        let grants = policy.grants(for: subject)
        let decision = grants.decideConnect(now: wallSeconds)
        guard decision.admits(subject) else {
            // A client without a token learns only that it needs one.
            let own = token == nil ? nil : policy.ownCode(decision)
            let code = token == nil ? .unauthorized : own.flatMap(ConnectErrorCode.init(rawValue:)) ?? .forbidden
            refuse(
                joining.attempt, code, code.message, ownCode: own, reason: decision.reason.rawValue, rule: policy.ruleID(decision),
                bundle: joining.bundle, event: token == nil ? .authFailed : .namespaceDenied, token: token, subject: subject,
                action: .connect)
            return nil
        }
        return Entry(
            token: token, subject: subject, principal: Principal(subject, expires: token?.exp), grants: grants, decision: decision)
    }

    /// The caps and rates of the user.
    private func countedIn(_ joining: Joining, _ entry: Entry) -> UserPlace? {
        guard let key = UserID(entry.principal) else { return UserPlace(user: nil, isCounted: false) }
        let (attempt, limits) = (joining.attempt, joining.policy.settings.limits)
        let cap = min(limits.userConnections ?? .max, joining.bundle.global.connections.perUserOrDefault)
        // A user's connections are counted, not the namespaces that one of them joins.
        let known = attempt.connection.sockets.lazy.compactMap { $0.clientState?.user }.first { $0.key == key }
        guard let user = known ?? runtime.users.enter(key, cap: cap) else {
            refuse(
                attempt, .limit, ConnectErrorCode.limit.message, reason: "user_connections", bundle: joining.bundle, token: entry.token,
                subject: entry.subject)
            return nil
        }
        if let limit = limits.userConnects, !user.takeConnect(attempt.definition.index, limit, now: rateNow) {
            if known == nil { runtime.users.leave(user, now: rateNow) }
            refuse(
                attempt, .limit, Self.tooManyConnects, reason: "user_connects", bundle: joining.bundle, token: entry.token,
                subject: entry.subject)
            return nil
        }
        return UserPlace(user: user, isCounted: known == nil)
    }

    // MARK: In

    private func accept(_ joining: Joining, _ entry: Entry, _ place: UserPlace, admitted: (@Sendable (Client) -> Void)?) {
        let (attempt, policy, decision) = (joining.attempt, joining.policy, entry.decision)
        let session = attempt.connection.session
        let actor = actor(session, entry.principal, entry.token?.identity)
        let accepted = attempt.accept { socket in
            let client = Client(
                handle: SocketHandle(socket), definition: attempt.definition, handshake: Handshake(session.request, auth: attempt.auth),
                server: server, principal: entry.principal, actor: actor, isRecovered: attempt.isRecovered, live: loop.engine.live)
            socket.audience = audience(for: entry.grants)
            admitted?(client)
            return ClientState(
                client: client, mounted: joining.mounted, pipeline: self, user: place.user, debt: joining.debt,
                policy: policy, grants: entry.grants, token: entry.token)
        }
        guard let accepted else {
            if let user = place.user, place.isCounted { runtime.users.leave(user, now: rateNow) }
            return
        }
        let allowed = AuditDecision(
            id: audit.ids.next(), effect: decision.wouldDeny ? .deny : .allow, rule: policy.ruleID(decision),
            reason: decision.reason.rawValue, generation: decision.generation, mode: decision.wouldDeny ? .report : .enforce)
        let target = AuditTarget(namespace: attempt.definition.namespace.name)
        if entry.token != nil { audit.log.record(AuditRecord(.authOK, actor: actor, target: target)) }
        audit.log.record(AuditRecord(.namespaceJoined, actor: actor, target: target, decision: allowed))
        if let recovered = attempt.recovered { audit.recovered(recovered, actor, target) }
        runtime.principals.note(entry.principal)
        audit.tellJoined(accepted)
        if let client = accepted.clientState { _ = askForNewerToken(accepted, client) }
        limitLife(of: attempt.connection, policy.settings.token)
    }

    static let tooManyConnects = "Too many attempts to join; wait"
}
