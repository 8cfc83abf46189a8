import EngineIO
import GatehouseAudit
import GatehousePolicy
import NIOCore
import SocketIO

/// Live sessions under new policies (POL-10). A loop changes policies between two messages. Each session is decided again before its next
/// message or the next event that may reach it; idle ones are visited in batches.
extension Pipeline {
    /// Puts policies in force on this loop, and decides every session again.
    /// - Parameter completion: called on this loop with the number of connections that were closed, once all sessions have been decided.
    func activate(_ policies: PolicyInForce, completion: @escaping (Int) -> Void) {
        setInForce(policies)
        ConnectionRound.run(loop, from: 0) { connection, closed in
            guard !connection.isClosed, let pipeline = connection.loop.application as? Pipeline, !pipeline.isUpToDate(connection) else {
                return false
            }
            closed += 1
            return true
        } done: { result in
            completion((try? result.get()) ?? 0)
        }
    }

    private func isUpToDate(_ connection: SocketIOConnection) -> Bool {
        connection.sockets.allSatisfy { socket in socket.clientState.map { isUpToDate($0, socket) } ?? true }
    }

    /// Decides a session by the policies in force.
    /// - Returns: whether it still may be here; if not, its connection was closed with `forbidden`.
    func isUpToDate(_ client: ClientState, _ socket: Socket) -> Bool {
        client.policy.generation == inForce.bundle.generation || decideAgain(client, socket)
    }

    private func decideAgain(_ client: ClientState, _ socket: Socket) -> Bool {
        let bundle = inForce.bundle
        let connection = socket.connection
        guard let policy = policy(of: client.mounted, in: bundle) else {
            return putOut(client, socket, reason: Decision.Reason.unknownNamespace.rawValue, rule: nil)
        }
        guard let subject = subject(of: client, on: connection, seenBy: bundle) else {
            return putOut(client, socket, reason: "unknown_issuer", rule: nil)
        }
        let grants = policy.grants(for: subject)
        let decision = grants.decideConnect(now: cameAt(connection))
        guard decision.admits(subject) else {
            return putOut(client, socket, reason: decision.reason.rawValue, rule: policy.ruleID(decision), subject: subject)
        }
        client.adopt(policy, Principal(subject, expires: client.principal.expires), grants)
        socket.audience = audience(for: grants)
        leaveRoomsNoLongerAllowed(socket, client)
        client.feed?.keepsRights(client, socket)
        limitLife(of: connection, policy.settings.token)
        return true
    }

    /// When the connection was opened, in seconds since 1970. The age of an authentication matters at CONNECT only: a reload does not close
    /// a session that began in time.
    private func cameAt(_ connection: SocketIOConnection) -> Int64 {
        wallSeconds - (connection.connectionState.map { (loop.now - $0.opened).nanoseconds / 1_000_000_000 } ?? 0)
    }

    func cameAt(_ client: Client) -> Int64 { client.handle.onLoop.map { cameAt($0.connection) } ?? wallSeconds }

    private func putOut(_ client: ClientState, _ socket: Socket, reason: String, rule: String?, subject: Subject? = nil) -> Bool {
        let decision = audit.record(
            AuditRecord(
                .namespaceDenied, actor: client.actor, target: AuditTarget(namespace: client.client.namespace.name),
                decision: AuditDecision(
                    id: audit.ids.next(), effect: .deny, rule: rule, reason: reason, generation: inForce.bundle.generation)),
            subject: subject, action: subject == nil ? nil : .connect)
        socket.connection.close(ConnectionClosure(.forbidden, decision: decision))
        return false
    }

    /// POL-10: rooms are decided again, and refused ones are left. Rooms that the server chose are not decided by rules.
    func leaveRoomsNoLongerAllowed(_ socket: Socket, _ client: ClientState) {
        for membership in socket.memberships where !membership.isByServer {
            guard let room = RoomName(membership.roomName), !client.grants.decideJoin(room: room.name, now: wallSeconds).isAllowed
            else { continue }
            _ = client.leave(room, socket)
        }
    }

    /// The session as a subject of a bundle's rules; `nil` if that bundle does not know the issuer.
    func subject(of client: ClientState, on connection: SocketIOConnection, seenBy bundle: PolicyBundle) -> Subject? {
        let request = connection.session.request
        var subject = client.principal.subject(
            from: request.address, origin: RequestOrigin(request.source),
            transport: connection.session.transport == .websocket ? .websocket : .polling, seenBy: bundle)
        subject?.namespace = client.client.namespace.name
        return subject
    }
}

extension Decision {
    /// Whether a subject may be in a namespace. Rules that are not enforced keep nobody out (POL-09), but a client without a token still
    /// needs a rule that allows it (POL-01).
    func admits(_ subject: Subject) -> Bool { isAllowed && (!subject.anonymous || allowedBy != nil) }
}
