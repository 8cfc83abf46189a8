import EngineIO
import GatehouseAudit
import GatehouseNetwork
import GatehousePolicy
import SocketIO

/// Bans by staff, and what they do to open sessions (MOD-03, MOD-65).
extension Pipeline {
    static let banRule = "builtin.ban"

    static let violationsReason = "violations"

    /// Whether staff keep an address out: of the node, or of a namespace.
    func isBannedByStaff(_ address: ClientAddress, in namespace: Namespace? = nil) -> Bool {
        guard runtime.restrictions.isInForce else { return false }
        return restrictions.ban(of: address, in: namespace, now: runtime.clock.wallMilliseconds()) != nil
    }

    /// Whether staff keep a user out of a namespace.
    func isBannedByStaff(_ user: UserID, in namespace: Namespace) -> Bool {
        guard runtime.restrictions.isInForce else { return false }
        return restrictions.ban(of: user, in: namespace, now: runtime.clock.wallMilliseconds()) != nil
    }

    /// Applies the bans in force to a connection: closes it, puts it out of namespaces, or takes it out of rooms.
    /// - Returns: whether anything was done.
    func applyBans(to connection: SocketIOConnection) -> Bool {
        let set = restrictions
        guard !set.bans.isEmpty, !connection.isClosed else { return false }
        let (address, now) = (connection.session.request.address, runtime.clock.wallMilliseconds())
        if set.ban(of: address, now: now) != nil {
            connection.close(ConnectionClosure(.banned, decision: recordBan(connection.connectionState?.actor, nil)))
            return true
        }
        for socket in connection.sockets {
            guard let client = socket.clientState, let user = client.user?.key, set.ban(of: user, now: now) != nil else { continue }
            connection.close(ConnectionClosure(.banned, decision: recordBan(client.actor, socket.name)))
            return true
        }
        var isChanged = false
        for socket in connection.sockets {
            guard let client = socket.clientState, socket.isConnected else { continue }
            let user = client.user?.key
            if user.flatMap({ set.ban(of: $0, in: socket.name, now: now) }) ?? set.ban(of: address, in: socket.name, now: now) != nil {
                putOut(socket, client)
                isChanged = true
            } else if set.hasRoomBan(of: user, or: address, in: socket.name) {
                isChanged = evictBanned(socket, client, set, now: now) || isChanged
            }
        }
        return isChanged
    }

    /// The connection stays for its other namespaces, and ends without any.
    private func putOut(_ socket: Socket, _ client: ClientState) {
        let closure = ConnectionClosure(.banned, decision: recordBan(client.actor, socket.name))
        if socket.connection.sockets.count > 1 {
            socket.disconnect(closure)
        } else {
            socket.connection.close(closure)
        }
    }

    private func evictBanned(_ socket: Socket, _ client: ClientState, _ set: RestrictionSet, now: Int64) -> Bool {
        var isChanged = false
        for membership in socket.memberships {
            guard let room = RoomName(membership.roomName), isBanned(client, from: room.name, by: set, now: now) else { continue }
            _ = audit.denied(
                .roomDenied, client, event: nil, room: room.name, rule: Self.banRule, reason: "banned", generation: client.policy.generation
            )
            isChanged = client.leave(room, socket) || isChanged
        }
        return isChanged
    }

    /// Whether a ban keeps a client out of a room of its namespace.
    func isBanned(_ client: ClientState, from room: String, by set: RestrictionSet, now: Int64) -> Bool {
        let namespace = client.client.namespace
        if let user = client.user?.key, set.ban(of: user, in: namespace, room: room, now: now) != nil { return true }
        return set.ban(of: client.client.handshake.client, in: namespace, room: room, now: now) != nil
    }

    private func recordBan(_ actor: AuditActor?, _ namespace: Namespace?) -> String {
        audit.record(
            AuditRecord(
                .namespaceDenied, actor: actor, target: AuditTarget(namespace: namespace?.name),
                decision: AuditDecision(
                    id: audit.ids.next(), effect: .deny, rule: Self.banRule, reason: "banned", generation: inForce.bundle.generation)))
    }
}
