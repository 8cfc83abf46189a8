package import EngineIO
import GatehouseAudit
package import GatehouseNetwork
import GatehousePolicy
import Logging
import NIOCore
package import SocketIO

/// What happens before there is a connection, and as it opens: connections and HTTP requests.
extension Pipeline {
    /// Staff's bans of addresses, before TLS and HTTP (MOD-65). Behind a proxy the address is known later: ``admit(_:)`` asks again.
    package func letsIn(_ address: ClientAddress) -> Bool { !isBannedByStaff(address) }

    /// Checks every HTTP request: room in the audit log for newcomers (AUD-14), an address that is not banned, no token in the URL
    /// (SEC-05), and an Origin that some namespace allows (SEC-02, POL-13). Open sessions continue whatever their address has done: behind
    /// a NAT it may be somebody else. A ban by staff ends them, and lets them fetch the reason.
    package func admit(_ request: EngineRequest) -> EngineRefusal? {
        // A request without a session opens one, unless it is a preflight.
        let opens = request.query.single("sid") == nil && !request.isPreflight
        if opens, audit.log.pressure >= .refuseConnections {
            rejected(request, reason: "audit_unavailable")
            return EngineRefusal(status: .unavailable, code: nil, message: "Nobody is let in now; try again later")
        }
        let newcomer = opens ? request.address.key : nil
        if opens, isBannedByStaff(request.address) {
            rejected(request, reason: "address_banned")
            return .forbidden
        }
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
        guard inForce.bundle.allowsOrigin(RequestOrigin(request.source)) else {
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
    package func malformed(from address: ClientAddress) {
        inForce.addresses.malformed(address.key, now: rateNow)
    }

    /// A client that the engine turned away. A full node gets a record of its own, so that it is seen.
    package func turnedAway(_ cause: TurnedAway, from address: ClientAddress) {
        rejected(address, origin: nil, reason: cause.reason)
        let full: ConnectionShortage
        switch cause {
        case .shortage(let shortage) where shortage != .address: full = shortage
        case .madeRoom: full = .unauthenticated
        default: return
        }
        guard runtime.nodeLimit.isDue(at: loop.now) else { return }
        audit.log.record(AuditRecord(.nodeLimit, detail: ["limit": .string(full.rawValue)]))
    }

    /// A trusted proxy does not name its clients: they count as one, and no rule by address lets them in. Logged once a minute.
    package func unreadableHop(_ hop: String) {
        guard runtime.unreadableHop.isDue(at: loop.now) else { return }
        let field = inForce.bundle.global.forwardedField
        let escaped = hop.unicodeScalars.prefix(64).map { $0.escaped(asASCII: true) }.joined()
        logger.warning(
            "a trusted proxy wrote a hop that is no address: its client's address is unknown",
            metadata: ["field": "\(field.name)", "hop": "\(escaped)"])
    }

    /// The record names the session and its user, and who used its id. Repeats are counted by address.
    package func strangerRefused(_ request: EngineRequest, _ difference: SessionDifference, on connection: SocketIOConnection?) {
        let user = connection?.sockets.lazy.compactMap { $0.clientState?.principal }.first { !$0.isAnonymous }
        let reason =
            switch difference {
            case .origin: "session_origin"
            case .certificate: "session_certificate"
            }
        audit.rejected(
            AuditRecord(
                .connectionRejected,
                actor: AuditActor(
                    sessionID: connection?.session.id, ip: request.address, port: request.peer?.port.flatMap { UInt16(exactly: $0) },
                    origin: request.source.origin, key: runtime.auditKey),
                target: AuditTarget(issuer: user?.issuer, subject: user?.subject, reference: connection?.connectionState?.reference),
                decision: AuditDecision(id: audit.ids.next(), effect: .deny, reason: reason, generation: inForce.bundle.generation)),
            from: request.address)
    }

    private func rejected(_ request: EngineRequest, reason: String) {
        rejected(request.address, origin: request.source.origin, reason: reason)
    }

    private func rejected(_ address: ClientAddress, origin: String?, reason: String) {
        audit.rejected(
            AuditRecord(
                .connectionRejected, actor: AuditActor(ip: address, origin: origin),
                decision: AuditDecision(id: audit.ids.next(), effect: .deny, reason: reason, generation: inForce.bundle.generation)),
            from: address)
    }

    package func connectionOpened(_ connection: SocketIOConnection) {
        let session = connection.session
        let reference = "\(ULIDGenerator.shared.next())"
        let actor = AuditActor(
            sessionID: session.id, ip: session.request.address, port: session.request.peer?.port.flatMap { UInt16(exactly: $0) },
            origin: session.request.source.origin, transport: session.transport.rawValue, key: runtime.auditKey)
        connection.state = ConnectionState(reference: reference, actor: actor, opened: loop.now)
        audit.log.record(AuditRecord(.connectionOpened, actor: actor))
        tally.connects.count(at: rateNow)
        audit.tellOpened(connection)
    }
}
