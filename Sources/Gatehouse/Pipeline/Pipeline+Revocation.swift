import GatehouseAudit
import GatehousePolicy
import GatehouseTokens
import NIOCore
import SocketIO

/// Applies revocations to open sessions (SEC-17).
extension Pipeline {
    /// The result for a connection.
    enum RevocationOutcome {
        case untouched, asked, closed
    }

    /// Checks the tokens of a connection against the list in force.
    func applyRevocations(to connection: SocketIOConnection) -> RevocationOutcome {
        guard let state = connection.connectionState, !connection.isClosed else { return .untouched }
        let (revocations, now) = (runtime.revocations, runtime.clock.wallMilliseconds())
        var outcome = RevocationOutcome.untouched
        for socket in connection.sockets {
            guard let client = socket.clientState, let token = client.token else { continue }
            switch revocations.verdict(on: token, now: now) {
            case .good: continue
            case .revoked:
                end(connection, client, .tokenRevoked, reason: "revoked")
                return .closed
            case .reauthenticate(let by, _) where by <= now:
                requireAuthentication(connection, client)
                return .closed
            case .reauthenticate: if askForNewerToken(socket, client) { outcome = .asked }
            }
        }
        if outcome == .asked { arm(connection, state) }
        return outcome
    }

    /// `user.reauth`: tells the client the deadline for a newer token, unless it has one or knows already. The caller arms the deadline.
    /// - Returns: whether it was told.
    func askForNewerToken(_ socket: Socket, _ client: ClientState) -> Bool {
        guard let token = client.token,
            case .reauthenticate(let by, let since) = runtime.revocations.verdict(
                on: token, now: runtime.clock.wallMilliseconds()),
            client.reauthentication != Reauthentication(by: by, issuedSince: since)
        else { return false }
        client.reauthentication = Reauthentication(by: by, issuedSince: since)
        socket.emitSystem(.authExpiring, ExpiryNotice(milliseconds: min(by, client.tokenEnd ?? by)))
        return true
    }

    func requireAuthentication(_ connection: SocketIOConnection, _ client: ClientState) {
        end(connection, client, .reauthRequired, reason: "reauth")
    }

    private func end(_ connection: SocketIOConnection, _ client: ClientState, _ code: CloseCode, reason: String) {
        let decision = audit.record(
            AuditRecord(
                .authRevokedUse, actor: client.actor, target: AuditTarget(namespace: client.client.namespace.name),
                decision: AuditDecision(
                    id: audit.ids.next(), effect: .deny, rule: "builtin.token", reason: reason, generation: client.policy.generation),
                detail: ["code": .string(code.name)]))
        connection.close(ConnectionClosure(code, decision: decision))
    }
}

/// The deadline for replacing a token on request of staff, and how new the next one must be.
struct Reauthentication: Equatable {
    /// Milliseconds since 1970.
    let by: Int64
    /// Seconds since 1970.
    let issuedSince: Int64
}

extension TokenRefusal {
    /// A revoked token that is shown again is a record of its own (AUD-07).
    var auditEvent: AuditEvent { code == .tokenRevoked ? .authRevokedUse : .authFailed }
}
