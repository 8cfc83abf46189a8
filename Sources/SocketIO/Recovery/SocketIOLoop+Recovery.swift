import EngineIO
import NIOCore

/// Events with offsets on one event loop: delivered in the order of their positions, one after the other.
extension SocketIOLoop {
    /// Delivers what waits. Does nothing within another delivery, which goes on with it.
    func deliverPending(of definition: NamespaceDefinition) {
        guard let space = definition.recovery, let share = share(of: definition), !share.isDelivering else { return }
        share.isDelivering = true
        defer { share.isDelivering = false }
        while true {
            let entries = space.takePending(of: ObjectIdentifier(eventLoop))
            guard !entries.isEmpty else { break }
            for entry in entries {
                deliver(entry)
                share.delivered = entry.place
            }
        }
        sweepLater(share, space)
    }

    private func deliver(_ entry: RecoveryEntry) {
        var plain: EngineMessage?
        forEachRecipient(of: entry.broadcast) { socket in
            if let recovery = socket.recovery {
                guard recovery.misses(entry) else { return }
                recovery.lastSent = entry.place
                socket.connection.session.send(entry.broadcast.message)
            } else {
                // Encoded once more for all clients that cannot come back: their events end where the gateway's do.
                let message = plain ?? entry.withoutOffset
                plain = message
                if let message { socket.connection.session.send(message) }
            }
            counters.delivered &+= 1
        }
    }

    /// Drops in time what nobody comes back for.
    func sweepLater(_ share: LocalNamespace, _ space: RecoverySpace) {
        guard share.recoverySweep == nil, let due = RecoverySweep.due(share, space, at: now) else { return }
        let sweep = RecoverySweep(share, space, on: engine)
        share.recoverySweep = sweep
        _ = engine.schedule(sweep, at: due)
    }

    /// Begins the session of a client that joins, or takes up the one that it asks for.
    func beginRecovery(_ attempt: ConnectAttempt) -> (begin: RecoverySpace.Begin, owner: [UInt8])? {
        guard var admission = attempt.recovery, let space = attempt.definition.recovery else { return nil }
        // A word of Redis puts nobody into the place of a client that is here.
        if case .success(let session)? = admission.taken, share(of: attempt.definition)?.socket(session.socket) != nil {
            admission.taken = .failure(.unknown)
        }
        guard
            // Half of what a connection may hold: the live events need room, too.
            let begin = space.begin(admission, atMost: engine.configuration.outboundQueue / 2, at: now)
        else { return nil }
        switch begin.restored {
        case .success: attempt.recovered = .success(RecoveredSession())
        case .failure(let refusal): attempt.recovered = .failure(refusal)
        case nil: break
        }
        return (begin, admission.owner)
    }

    /// Puts a client that is back into its rooms, and sends it what it missed, under the rules of now (REC-02, REC-06).
    func recover(_ socket: Socket, _ restored: RecoverySpace.Restored) -> RecoveredSession {
        var result = RecoveredSession()
        let session = restored.session
        let epoch = socket.recovery?.begun.epoch ?? 0
        var kept = session
        kept.rooms = session.rooms.filter { room in
            guard let name = RoomName(room.name), application.rejoin(socket, name, byServer: room.isByServer) else { return false }
            if let index = socket.memberships.firstIndex(where: { $0.room.name == room.name }) {
                // As if it had never been away.
                socket.memberships[index].since = room.since
            }
            return true
        }
        result.lostRooms = session.rooms.filter { !kept.isIn($0.name) }.map(\.name)
        for entry in restored.missed {
            // A hook of the rooms may have put the client out. What was withheld from a room that is lost stays withheld.
            guard socket.isConnected else { break }
            let broadcast = entry.broadcast
            guard entry.means(kept, in: epoch), broadcast.isSystem || application.mayReceive(broadcast.event, socket),
                broadcast.isFor?(socket) != false
            else { continue }
            if !broadcast.isSystem { socket.recovery?.lastSent = entry.place }
            socket.connection.session.send(broadcast.message)
            counters.delivered &+= 1
            result.events += 1
        }
        socket.namespace.definition.recovery?.replayed(result.events)
        return result
    }

    /// What is kept of a session.
    /// - Returns: `nil` where recovery was turned on anew meanwhile.
    private func session(_ socket: Socket, _ recovery: SocketRecovery, _ space: RecoverySpace, isOver: Bool) -> RecoverySession? {
        let share = socket.namespace
        let seen = space.seen(
            by: ObjectIdentifier(eventLoop), since: recovery.begun, delivered: share.delivered, isDelivering: share.isDelivering)
        guard let seen else { return nil }
        return RecoverySession(
            pid: recovery.pid, owner: recovery.owner, holder: recovery.holder, socket: socket.id,
            rooms: socket.memberships.map {
                RecoverySession.Room(name: $0.room.name, isByServer: $0.isByServer, since: $0.since ?? recovery.since)
            },
            since: recovery.since, lastSent: recovery.lastSent, seen: seen, earlier: recovery.got,
            isOver: isOver, time: now)
    }

    /// Keeps the session of a client that leaves, if it may come back (REC-04); else nobody finds it any more.
    func endRecovery(_ socket: Socket, isRecoverable: Bool) {
        let definition = socket.namespace.definition
        // Who was cut off before everything was replayed has not got it, and is told `unknown`.
        guard let recovery = socket.recovery, let space = definition.recovery, recovery.isReplayed else { return }
        guard let window = space.window, let session = session(socket, recovery, space, isOver: true) else {
            return forgetElsewhere(socket, recovery, space)
        }
        if space.isShared {
            let sessions = server.adapter?.sessions
            if isRecoverable {
                sessions?.keep(session, in: definition, isNew: false, lifetime: window)
            } else {
                sessions?.forget(session, in: definition)
            }
        } else if isRecoverable {
            space.keep(session)
        }
        sweepLater(socket.namespace, space)
    }

    // MARK: Sessions that other nodes can take up

    /// How long after its last word a session is kept beyond the window, so that one word may be late.
    static let silence: TimeAmount = .seconds(30)
    /// How often a session is written anew.
    static let saving: TimeAmount = .seconds(10)

    /// Writes what other nodes need if this one ends.
    func save(_ socket: Socket, isNew: Bool = false) {
        let definition = socket.namespace.definition
        guard let recovery = socket.recovery, let space = definition.recovery, space.isShared, let sessions = server.adapter?.sessions,
            socket.isConnected, !socket.isLeaving
        else { return }
        guard let window = space.window, let session = session(socket, recovery, space, isOver: false) else {
            return forgetElsewhere(socket, recovery, space)
        }
        recovery.isUnsaved = false
        recovery.saved = now
        sessions.keep(session, in: definition, isNew: isNew, lifetime: window + Self.silence)
        sweepLater(socket.namespace, space)
    }

    /// Recovery was turned off, or off and on: what the nodes keep of the session is of before, and nobody takes it up any more.
    private func forgetElsewhere(_ socket: Socket, _ recovery: SocketRecovery, _ space: RecoverySpace) {
        guard space.isShared, !recovery.isForgotten else { return }
        recovery.isForgotten = true
        let session = RecoverySession(
            pid: recovery.pid, owner: recovery.owner, holder: recovery.holder, socket: socket.id, rooms: [], since: recovery.since,
            lastSent: nil, seen: recovery.begun, earlier: [], isOver: true, time: now)
        server.adapter?.sessions?.forget(session, in: socket.namespace.definition)
    }

    /// Writes it once what goes on now is done: a client may be put into many rooms at a time.
    func saveLater(_ socket: Socket) {
        guard let recovery = socket.recovery, !recovery.isUnsaved, socket.namespace.definition.recovery?.isShared == true else { return }
        recovery.isUnsaved = true
        SocketHandle(socket).executeLater { socket in
            if socket.recovery?.isUnsaved == true { socket.connection.loop.save(socket) }
        }
    }

    /// Writes the sessions of a namespace that were not written for a while.
    func saveAll(of share: LocalNamespace) {
        for socket in share.everyone.members {
            if let recovery = socket.recovery, now - recovery.saved >= Self.saving { save(socket) }
        }
    }
}

extension RecoveryEntry {
    /// The event as a client gets it that cannot come back.
    fileprivate var withoutOffset: EngineMessage? {
        ClusterPacket(broadcast)?.message(prefix: broadcast.namespace.prefix, ackID: nil)
    }
}

extension DisconnectReason {
    /// Whether a client that left so may come back to its session: its connection failed, and nobody wanted it away (REC-04).
    var isRecoverable: Bool {
        switch self {
        case .transportError, .transportClose, .forcedClose, .pingTimeout, .serverShuttingDown: true
        // Depends on why; see ``CloseCode/isRecoverable``.
        case .forcedServerClose: true
        case .parseError, .clientNamespaceDisconnect, .serverNamespaceDisconnect: false
        }
    }
}

extension CloseCode {
    /// Whether a client that was closed so may come back to its session.
    var isRecoverable: Bool { !isTerminal && self != .kickedTemporarily }
}
