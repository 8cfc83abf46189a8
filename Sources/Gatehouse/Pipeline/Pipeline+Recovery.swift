import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import NIOCore
package import SocketIO

/// Sessions that go on after their connection was lost (REC-01…09). The whole pipeline of CONNECT has run before: what a session had is no
/// right.
extension Pipeline {
    /// What the policies in force say about recovery, for each namespace.
    func configureRecovery() {
        let bundle = inForce.bundle
        for definition in runtime.sockets.namespaces {
            let settings = policy(of: mounted(definition), in: bundle)?.settings
            definition.recovery?.configure(settings.flatMap(RecoverySettings.init), generation: bundle.generation)
        }
    }

    /// What a client asks for in the payload of CONNECT.
    struct RecoveryRequest {
        let pid: String?
        let offset: String?
        /// `recovery: false`: the client does not come back, and its events are to carry no offsets.
        let isDeclined: Bool
    }

    /// Takes the request out of the payload: `pid` is a secret, and handlers see the payload.
    /// - Returns: `nil` where recovery is off; the payload is the application's then.
    func takeRecoveryRequest(_ attempt: ConnectAttempt) -> RecoveryRequest? {
        guard attempt.definition.recoveryInForce != nil else { return nil }
        let (pid, offset) = (attempt.auth["pid"]?.stringValue, attempt.auth["offset"]?.stringValue)
        attempt.auth["pid"] = nil
        attempt.auth["offset"] = nil
        let isDeclined = attempt.auth["recovery"] == .bool(false)
        if isDeclined { attempt.auth["recovery"] = nil }
        return RecoveryRequest(pid: pid, offset: offset, isDeclined: isDeclined)
    }

    /// A session belongs to a user, so a client without a token has none to come back to (REC-03).
    func admission(to request: RecoveryRequest?, _ entry: Entry, _ policy: NamespacePolicy) -> RecoveryAdmission? {
        guard let request, !request.isDeclined, policy.settings.recovery != nil, let user = entry.principal.user else { return nil }
        return RecoveryAdmission(owner: user.recoveryOwner, pid: request.pid, offset: request.offset)
    }

    /// What Redis is asked for a client that comes back.
    struct SharedSession {
        let sessions: any SharedSessions
        let pid: Bits128
        let owner: [UInt8]
        let offset: RecoveryOffset?
        let definition: NamespaceDefinition
    }

    /// - Returns: `nil` for a client that asks for nothing, and where nodes share no sessions.
    func sharedSession(_ admission: RecoveryAdmission, _ definition: NamespaceDefinition) -> SharedSession? {
        guard definition.recoveryInForce?.isShared == true, let sessions = runtime.sockets.adapter?.sessions,
            let pid = admission.pid.flatMap({ Bits128($0) })
        else { return nil }
        return SharedSession(
            sessions: sessions, pid: pid, owner: admission.owner, offset: admission.offset.flatMap { RecoveryOffset($0) },
            definition: definition)
    }

    /// Takes a session out, and goes on with the CONNECT on its event loop, if it is still wanted. It takes bounded time.
    func resume(
        _ attempt: ConnectAttempt, with session: SharedSession,
        _ body: @escaping (Result<RecoverySession, RecoveryRefusal>) -> Void
    ) {
        let entrance = loop.entrance
        let bound = NIOLoopBound((attempt, body), eventLoop: loop.eventLoop)
        Task {
            let taken = await session.sessions.take(session.pid, of: session.owner, in: session.definition, from: session.offset)
            entrance.execute {
                let (attempt, body) = bound.value
                if attempt.isOpen { body(taken) }
            }
        }
    }

    /// A ban that has ended does not bring back what was before it (REC-04).
    func forgetSessions(of user: UserID, _ request: RecoveryRequest?, in definition: NamespaceDefinition) {
        let owner = user.recoveryOwner
        definition.recovery?.forget(owner)
        let admission = RecoveryAdmission(owner: owner, pid: request?.pid)
        guard let session = sharedSession(admission, definition) else { return }
        Task { _ = await session.sessions.take(session.pid, of: owner, in: definition, from: nil) }
    }

    package func rejoin(_ socket: Socket, _ room: RoomName, byServer: Bool) -> Bool {
        guard let client = socket.clientState else { return false }
        do {
            if byServer {
                try socket.joinByServer(room)
            } else {
                try join(room, socket, client)
            }
        } catch {
            // Recorded by those who refuse.
            return false
        }
        return socket.isIn(room.name)
    }
}

extension RecoverySettings {
    fileprivate init?(_ settings: NamespaceSettings) {
        guard let policy = settings.recovery else { return nil }
        self.init(
            window: .nanoseconds(policy.window), bytes: Int(clamping: policy.bytes), messages: policy.messages,
            idAt: settings.history?.idAt)
    }
}

extension UserID {
    /// Issuer and subject as one value. The length parts them, so that no two users have the same.
    var recoveryOwner: [UInt8] { Array("\(iss.utf8.count):".utf8) + Array(iss.utf8) + Array(subject.utf8) }
}

extension ConnectAttempt {
    var isRecovered: Bool { if case .success? = recovered { true } else { false } }
}

extension PipelineAudit {
    /// REC-09.
    func recovered(_ result: Result<RecoveredSession, RecoveryRefusal>, _ actor: AuditActor, _ target: AuditTarget) {
        var detail: AuditDetail
        switch result {
        case .success(let session):
            detail = ["events": .integer(Int64(session.events)), "lost_rooms": .integer(Int64(session.lostRooms.count))]
            // Names are a peer's text: they are values, never names of members.
            for (number, room) in session.lostRooms.prefix(16).enumerated() { detail.append("room\(number)", .string(room)) }
        case .failure(let refusal): detail = ["reason": .string(refusal.rawValue)]
        }
        let event: AuditEvent = if case .success = result { .sessionRecovered } else { .sessionNotRecovered }
        log.record(AuditRecord(event, actor: actor, target: target, detail: detail))
    }
}
