import EngineIO
import GatehouseAudit
import GatehousePolicy
import NIOCore
import SocketIO

/// Live sessions under policies that are new (POL-10). All sessions of a loop change between two messages: each is decided again before its
/// next message, or before the next event that may reach it, and those that do neither are gone through in batches.
extension Pipeline {
    /// How many connections are decided again in one turn of the event loop, so that no message waits long (REL-22).
    private static let batch = 64

    /// Puts policies in force on this loop, and decides every session again.
    /// - Parameter completion: called on this loop with the number of connections that were closed, once all sessions have been decided.
    func activate(_ policies: PolicyInForce, completion: @escaping (Int) -> Void) {
        setInForce(policies)
        revalidate(Array(loop.connections.values)[...], closed: 0, completion)
    }

    private func revalidate(_ left: ArraySlice<SocketIOConnection>, closed: Int, _ completion: @escaping (Int) -> Void) {
        var closed = closed
        for connection in left.prefix(Self.batch) where !connection.isClosed {
            for socket in connection.sockets {
                guard let client = socket.clientState, !isUpToDate(client, socket) else { continue }
                closed += 1
                break
            }
        }
        let rest = left.dropFirst(Self.batch)
        guard !rest.isEmpty else { return completion(closed) }
        loop.eventLoop.assumeIsolated().execute { [self] in revalidate(rest, closed: closed, completion) }
    }

    /// Sees to it that a session is decided by the policies in force.
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
        // How old an authentication may be is asked of those who come: whoever has come in time is not put out by a reload later.
        let came = wallSeconds - (connection.connectionState.map { (loop.now - $0.opened).nanoseconds / 1_000_000_000 } ?? 0)
        let decision = grants.decideConnect(now: came)
        guard decision.admits(subject) else {
            return putOut(client, socket, reason: decision.reason.rawValue, rule: policy.ruleID(decision), subject: subject)
        }
        client.adopt(policy, Principal(subject, expires: client.principal.expires), grants)
        socket.audience = audience(for: grants)
        leaveRoomsNoLongerAllowed(socket, client)
        limitLife(of: connection, policy.settings.token)
        return true
    }

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

    /// POL-10: rooms are decided again; the losers are left. Where the server put a client of its own accord no rule was asked, and none is
    /// now.
    func leaveRoomsNoLongerAllowed(_ socket: Socket, _ client: ClientState) {
        for membership in socket.memberships where !membership.isByServer {
            guard let room = RoomName(membership.roomName), !client.grants.decideJoin(room: room.name, now: wallSeconds).isAllowed
            else { continue }
            _ = client.leave(room, socket)
        }
    }

    /// Who a session is to the rules of a bundle; `nil` if that bundle does not know the issuer.
    func subject(of client: ClientState, on connection: SocketIOConnection, seenBy bundle: PolicyBundle) -> Subject? {
        let request = connection.session.request
        var subject = client.principal.subject(
            from: request.address, origin: request.origins.first,
            transport: connection.session.transport == .websocket ? .websocket : .polling, seenBy: bundle)
        subject?.namespace = client.client.namespace.name
        return subject
    }
}

extension Decision {
    /// Whether someone may be in a namespace. Rules that only watch keep nobody out (POL-09), but they open no way around the token:
    /// whoever has none needs a rule that allows it (POL-01).
    func admits(_ subject: Subject) -> Bool { isAllowed && (!subject.anonymous || allowedBy != nil) }
}
