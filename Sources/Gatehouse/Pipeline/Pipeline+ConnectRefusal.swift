import EngineIO
import GatehouseAudit
import GatehousePolicy
import GatehouseTokens
import NIOCore
package import SocketIO

/// Refused CONNECTs, and who they are of.
extension Pipeline {
    package func refusedTooManyNamespaces(_ attempt: ConnectAttempt) {
        refuse(attempt, .limit, "Too many namespaces", reason: "connection_namespaces", bundle: inForce.bundle)
    }

    package func refusedPayload(_ attempt: ConnectAttempt, _ fault: EventFault) {
        switch fault.kind {
        case .tooLarge: refuse(attempt, .limit, "Payload too large", reason: fault.reason, bundle: inForce.bundle)
        // A duplicate key may be the token's: neither value can be trusted.
        case .invalid: refuse(attempt, .unauthorized, "Invalid payload", reason: fault.reason, bundle: inForce.bundle)
        }
    }

    package func refusedUnknownNamespace(_ name: String, on connection: SocketIOConnection) {
        _ = audit.record(
            AuditRecord(
                // The name is a client's text, and longer than any that there is.
                .namespaceDenied, actor: connection.connectionState?.actor,
                target: AuditTarget(namespace: String(decoding: name.utf8.prefix(128), as: UTF8.self)),
                decision: AuditDecision(
                    id: audit.ids.next(), effect: .deny, reason: Decision.Reason.unknownNamespace.rawValue,
                    generation: inForce.bundle.generation)))
    }

    /// The actor of a session for the audit log.
    func actor(_ session: EngineSession, _ principal: Principal, _ token: TokenIdentity?) -> AuditActor {
        AuditActor(
            issuer: principal.issuer, subject: principal.subject, client: principal.claims["client_id"]?.stringValue,
            tokenID: token?.jti, sessionID: session.id, roles: principal.roles, ip: session.request.address,
            port: session.request.peer?.port.flatMap { UInt16(exactly: $0) },
            origin: session.request.source.origin, transport: session.transport.rawValue, key: runtime.auditKey)
    }

    /// Refuses a CONNECT: the reason is in the audit log under the decision id that the client gets.
    /// - Parameters:
    ///   - isClientsDoing: false if others or the server caused it.
    ///   - consequence: called with that id once the client has its answer.
    func refuse(
        _ attempt: ConnectAttempt, _ code: ConnectErrorCode, _ message: String, ownCode: String? = nil, reason: String, rule: String? = nil,
        bundle: PolicyBundle,
        event: AuditEvent = .namespaceDenied, issuer: String? = nil, token: VerifiedToken? = nil, subject: Subject? = nil,
        action: PolicyAction? = nil,
        retryAfter: Int? = nil, isClientsDoing: Bool = true,
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
                detail: detail), subject: subject, action: action, session: attempt.connection.connectionState?.reference)
        var refusal = ConnectRefusal(
            message: told(code, in: attempt) ?? message, code: code, decision: id, retryAfter: retryAfter, isClientsDoing: isClientsDoing)
        refusal.isTooOften = message == Self.tooManyConnects
        attempt.refuse(refusal)
        consequence(id)
    }

    /// What another program's client is told of its identity; `nil`: what any client is.
    private func told(_ code: String, in attempt: ConnectAttempt) -> String? {
        guard let form = mounted(attempt.definition).signIn else { return nil }
        switch ConnectErrorCode(rawValue: code) {
        case .unauthorized, .tokenExpired, .tokenRevoked, .forbidden: return form.identityRefused
        default: return nil
        }
    }
}
