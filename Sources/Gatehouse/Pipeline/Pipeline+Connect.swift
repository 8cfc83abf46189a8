package import EngineIO
import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import GatehouseTokens
import NIOCore
package import SocketIO

/// Everything that happens before CONNECT is acknowledged: until its end the client has no socket, no room, no handler (GW-02).
extension Pipeline {
    /// Every HTTP request: room in the audit log for whoever comes anew (AUD-14), an address that is not banned, no token in the URL
    /// (SEC-05), and an Origin that some namespace allows (SEC-02, POL-13). A session that is open goes on whatever its address has done: behind a NAT it is somebody else's.
    package func admit(_ request: EngineRequest) -> EngineRefusal? {
        // A request without a session opens one.
        let opens = request.query.single("sid") == nil
        if opens, audit.log.pressure >= .refuseConnections {
            rejected(request, reason: "audit_unavailable")
            return EngineRefusal(status: .unavailable, code: nil, message: "Nobody is let in now; try again later")
        }
        let newcomer = opens ? IPAddress(request.address) : nil
        if let newcomer, isBanned(newcomer) {
            rejected(request, reason: "banned")
            return .forbidden
        }
        if let newcomer, inForce.addresses.owesForMalformed(newcomer, now: rateNow) {
            rejected(request, reason: "malformed_rate")
            return EngineRefusal(status: .tooManyRequests, code: nil, message: "Too many malformed messages")
        }
        if request.query.items.contains(where: { $0.name == "token" || $0.name == "access_token" }) {
            rejected(request, reason: "token_in_url")
            return EngineRefusal(
                status: .badRequest, code: 3, message: "A token is not taken from the URL; send it in the auth of CONNECT")
        }
        let origins = request.origins
        guard origins.count <= 1, inForce.bundle.allowsOrigin(origins.first) else {
            rejected(request, reason: "origin")
            return .forbidden
        }
        if let newcomer, !inForce.addresses.takeConnect(newcomer, now: rateNow) {
            rejected(request, reason: "connect_rate")
            return .tooManyConnections
        }
        return nil
    }

    /// A client broke HTTP, WebSocket, Engine.IO or Socket.IO: its address is charged (POL-12).
    package func malformed(from address: String) {
        guard let address = IPAddress(address) else { return }
        inForce.addresses.malformed(address, now: rateNow)
    }

    /// Whom the engine turned away itself. That the node is full is said on its own, so that it is seen among so many.
    package func turnedAway(_ cause: TurnedAway, from address: String?) {
        rejected(address, origin: nil, reason: cause.reason)
        guard case .shortage(let shortage) = cause, shortage != .address, runtime.nodeLimit.isDue(at: loop.now) else { return }
        audit.log.record(AuditRecord(.nodeLimit, detail: ["limit": .string(shortage.rawValue)]))
    }

    private func rejected(_ request: EngineRequest, reason: String) {
        rejected(request.address, origin: request.origins.first, reason: reason)
    }

    private func rejected(_ address: String?, origin: String?, reason: String) {
        audit.log.record(
            AuditRecord(
                .connectionRejected, actor: AuditActor(ip: address, origin: origin, foldedAs: Self.foldKey(of: address)),
                decision: AuditDecision(id: audit.ids.next(), effect: .deny, reason: reason, generation: inForce.bundle.generation)))
    }

    /// Whom repeats are counted for in the audit log while nobody knows the user: the same as for limits (SEC-42).
    private static func foldKey(of address: String?) -> String? { address.flatMap(IPAddress.init)?.limitKeyText }

    package func connectionOpened(_ connection: SocketIOConnection) {
        let session = connection.session
        let reference = "\(ULIDGenerator.shared.next())"
        let actor = AuditActor(
            sessionID: session.id, ip: session.request.address, port: session.request.peer?.port.flatMap { UInt16(exactly: $0) },
            origin: session.request.origins.first, transport: session.transport.rawValue,
            foldedAs: Self.foldKey(of: session.request.address), key: runtime.auditKey)
        connection.state = ConnectionState(reference: reference, actor: actor, opened: loop.now)
        audit.log.record(AuditRecord(.connectionOpened, actor: actor))
    }

    package func refusedTooManyNamespaces(_ attempt: ConnectAttempt) {
        refuse(attempt, .limit, "Too many namespaces", reason: "connection_namespaces", bundle: inForce.bundle)
    }

    package func refusedUnknownNamespace(_ name: String, on connection: SocketIOConnection) {
        _ = audit.record(
            AuditRecord(
                .namespaceDenied, actor: connection.connectionState?.actor, target: AuditTarget(namespace: name),
                decision: AuditDecision(
                    id: audit.ids.next(), effect: .deny, reason: Decision.Reason.unknownNamespace.rawValue,
                    generation: inForce.bundle.generation)))
    }

    package func connect(_ attempt: ConnectAttempt) {
        let bundle = inForce.bundle
        let session = attempt.connection.session
        let namespace = attempt.definition.namespace
        let mounted = mounted(attempt.definition)
        guard let policy = policy(of: mounted, in: bundle) else {
            // Start refuses a namespace without a policy; a bundle that lost one since is a refusal, not a hole.
            return refuse(attempt, .forbidden, "Forbidden resource", reason: Decision.Reason.unknownNamespace.rawValue, bundle: bundle)
        }
        let source = TokenSource(auth: attempt.auth, authorization: session.request.headers.all("authorization"))
        attempt.auth["token"] = nil
        let transport: TransportName = session.transport == .websocket ? .websocket : .polling
        let address = IPAddress(session.request.address)
        let origin = session.request.origins.first
        // It came in while there still was room for what it does.
        if attempt.connection.sockets.isEmpty, audit.log.pressure >= .refuseConnections {
            return refuse(attempt, .unavailable, ConnectErrorCode.unavailable.message, reason: "audit_unavailable", bundle: bundle)
        }
        // It came in before the ban did.
        if let address, attempt.connection.sockets.isEmpty, isBanned(address) {
            return refuse(attempt, .banned, ConnectErrorCode.banned.message, reason: "address", bundle: bundle)
        }
        if let address, !inForce.addresses.takeConnect(address, to: policy.name, now: rateNow) {
            return refuse(attempt, .limit, ConnectErrorCode.limit.message, reason: "connect_rate", bundle: bundle)
        }

        if let state = attempt.connection.connectionState, state.unfinished >= unfinishedLimit {
            return refuse(attempt, .limit, Self.tooManyUnfinished, reason: "unfinished_handlers", bundle: bundle)
        }

        let verified: VerifiedToken?
        var subject: Subject
        switch source {
        case .contradictory:
            return refuse(attempt, .unauthorized, "Unauthorized", reason: "contradictory_tokens", bundle: bundle, event: .authFailed)
        case .none:
            verified = nil
            subject = Subject(anonymousFrom: address, origin: origin, transport: transport)
        case .token(let token):
            if let address, let early = inForce.addresses.refuseEarly(address, to: policy.name, now: rateNow) {
                return refuse(
                    attempt, .limit, Self.tooManyFailures, reason: early.reason, bundle: bundle, event: .authFailed,
                    retryAfter: early.retryAfter
                ) { decision in
                    if early.isBanDue { ban(address, attempt.connection.connectionState?.actor, cause: decision) }
                }
            }
            do {
                let token = try runtime.tokens.verify(token, now: runtime.clock.wallMilliseconds())
                verified = token
                if let address { inForce.addresses.authenticated(address, now: rateNow) }
                subject = Subject(
                    issuer: token.issuer, iss: token.iss, sub: token.sub, claims: token.claims, ip: address, origin: origin,
                    transport: transport, settings: bundle.global)
            } catch {
                let code = ConnectErrorCode(rawValue: error.code.rawValue) ?? .unauthorized
                return refuse(
                    attempt, code, code.message, reason: error.reason.name, bundle: bundle, event: error.auditEvent, issuer: error.issuer
                ) { failedAuthentication(address, error, policy, attempt.connection.connectionState?.actor, cause: $0) }
            }
        }

        subject.namespace = namespace.name
        let grants = policy.grants(for: subject)
        let decision = grants.decideConnect(now: wallSeconds)
        guard decision.admits(subject) else {
            // Whoever shows no token learns that he needs one, and nothing else.
            let own = verified == nil ? nil : policy.ownCode(decision)
            let code = verified == nil ? .unauthorized : own.flatMap(ConnectErrorCode.init(rawValue:)) ?? .forbidden
            return refuse(
                attempt, code, code.message, ownCode: own, reason: decision.reason.rawValue, rule: policy.ruleID(decision), bundle: bundle,
                event: verified == nil ? .authFailed : .namespaceDenied, token: verified, subject: subject, action: .connect)
        }
        let principal = Principal(subject, expires: verified?.exp)
        var user: UserState?
        var isCounted = false
        if let key = UserKey(principal) {
            guard !isBanned(key) else {
                return refuse(
                    attempt, .banned, ConnectErrorCode.banned.message, reason: "violations", bundle: bundle, token: verified,
                    subject: subject)
            }
            let cap = min(policy.settings.limits.userConnections ?? .max, bundle.global.connections.perUserOrDefault)
            // A user's connections are counted, not the namespaces that one of them joins.
            let known = attempt.connection.sockets.lazy.compactMap { $0.clientState?.user }.first { $0.key == key }
            guard let entered = known ?? runtime.users.enter(key, cap: cap) else {
                return refuse(
                    attempt, .limit, ConnectErrorCode.limit.message, reason: "user_connections", bundle: bundle, token: verified,
                    subject: subject)
            }
            user = entered
            isCounted = known == nil
        }
        let actor = actor(session, principal, verified?.identity)
        let policyIndex = attempt.definition.index
        let debt = attempt.connection.connectionState?.debt(under: policyIndex) ?? ConnectionDebt(policy: policyIndex)
        let accepted = attempt.accept { socket in
            let client = Client(
                handle: SocketHandle(socket), definition: attempt.definition, handshake: Handshake(session.request, auth: attempt.auth),
                server: server, principal: principal)
            socket.audience = audience(for: grants)
            return ClientState(
                client: client, mounted: mounted, pipeline: self, actor: actor, user: user, debt: debt,
                policy: policy, grants: grants, token: verified)
        }
        guard let accepted else {
            if let user, isCounted { runtime.users.leave(user, now: rateNow) }
            return
        }
        let allowed = AuditDecision(
            id: audit.ids.next(), effect: decision.wouldDeny ? .deny : .allow, rule: policy.ruleID(decision),
            reason: decision.reason.rawValue, generation: decision.generation, mode: decision.wouldDeny ? .report : .enforce)
        let target = AuditTarget(namespace: namespace.name)
        if verified != nil { audit.log.record(AuditRecord(.authOK, actor: actor, target: target)) }
        audit.log.record(AuditRecord(.namespaceJoined, actor: actor, target: target, decision: allowed))
        runtime.principals.note(principal)
        if let client = accepted.clientState { _ = askForNewerToken(accepted, client) }
        limitLife(of: attempt.connection, policy.settings.token)
    }

    /// Who a session is for the audit log.
    func actor(_ session: EngineSession, _ principal: Principal, _ token: TokenIdentity?) -> AuditActor {
        AuditActor(
            issuer: principal.issuer, subject: principal.subject, client: principal.claims["client_id"]?.stringValue,
            tokenID: token?.jti, sessionID: session.id, roles: principal.roles, ip: session.request.address,
            port: session.request.peer?.port.flatMap { UInt16(exactly: $0) },
            origin: session.request.origins.first, transport: session.transport.rawValue, key: runtime.auditKey)
    }

    /// Refuses a CONNECT: the reason is in the audit log under the decision id that the client gets.
    /// - Parameter consequence: called with that id once the client has its answer.
    func refuse(
        _ attempt: ConnectAttempt, _ code: ConnectErrorCode, _ message: String, ownCode: String? = nil, reason: String, rule: String? = nil,
        bundle: PolicyBundle,
        event: AuditEvent = .namespaceDenied, issuer: String? = nil, token: VerifiedToken? = nil, subject: Subject? = nil,
        action: PolicyAction? = nil,
        retryAfter: Int? = nil,
        consequence: (_ decision: String) -> Void = { _ in }
    ) {
        var actor = attempt.connection.connectionState?.actor
        if let token, let subject {
            actor = self.actor(attempt.connection.session, Principal(subject, expires: token.exp), token.identity)
        }
        let code = ownCode ?? code.rawValue
        var detail: AuditDetail = ["code": .string(code)]
        if let issuer { detail.append("issuer", .string(issuer)) }
        let id = audit.record(
            AuditRecord(
                event, actor: actor, target: AuditTarget(namespace: attempt.definition.namespace.name),
                decision: AuditDecision(id: audit.ids.next(), effect: .deny, rule: rule, reason: reason, generation: bundle.generation),
                detail: detail), subject: subject, action: action)
        attempt.refuse(ConnectRefusal(message: message, code: code, decision: id, retryAfter: retryAfter))
        consequence(id)
    }
}
