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
            for entry in entries { deliver(entry) }
        }
        sweepLater(share, space)
    }

    private func deliver(_ entry: RecoveryEntry) {
        var plain: EngineMessage?
        forEachRecipient(of: entry.broadcast) { socket in
            if let recovery = socket.recovery {
                // What came before the socket was replayed to it, or was before its session.
                guard !entry.isKept || entry.position > recovery.floor else { return }
                recovery.lastSent = max(recovery.lastSent ?? 0, entry.position)
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
        guard share.recoverySweep == nil, let due = space.sweep(at: now) else { return }
        let sweep = RecoverySweep(share, space, on: engine)
        share.recoverySweep = sweep
        _ = engine.schedule(sweep, at: due)
    }

    /// Begins the session of a client that joins, or takes up the one that it asks for.
    func beginRecovery(_ attempt: ConnectAttempt) -> (begin: RecoverySpace.Begin, owner: [UInt8])? {
        guard let admission = attempt.recovery, let space = attempt.definition.recovery,
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
    func recover(_ socket: Socket, _ session: RecoverySession, _ missed: [RecoveryEntry]) -> RecoveredSession {
        var result = RecoveredSession()
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
        for entry in missed {
            // A hook of the rooms may have put the client out. What was withheld from a room that is lost stays withheld.
            guard socket.isConnected else { break }
            let broadcast = entry.broadcast
            guard entry.means(kept), broadcast.isSystem || application.mayReceive(broadcast.event, socket),
                broadcast.isFor?(socket) != false
            else { continue }
            if !broadcast.isSystem { socket.recovery?.lastSent = entry.position }
            socket.connection.session.send(broadcast.message)
            counters.delivered &+= 1
            result.events += 1
        }
        socket.namespace.definition.recovery?.replayed(result.events)
        return result
    }

    /// Keeps the session of a client that leaves, if it may come back (REC-04).
    func keepForRecovery(_ socket: Socket) {
        guard let recovery = socket.recovery, let space = socket.namespace.definition.recovery else { return }
        let rooms = socket.memberships.map { RecoverySession.Room(name: $0.room.name, isByServer: $0.isByServer, since: $0.since) }
        space.keep { head in
            RecoverySession(
                pid: recovery.pid, owner: recovery.owner, socket: socket.id, epoch: recovery.epoch, rooms: rooms, since: recovery.since,
                lastSent: recovery.lastSent, end: head, time: now)
        }
        sweepLater(socket.namespace, space)
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
