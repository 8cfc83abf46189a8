import EngineIO
package import GatehouseJSON
package import NIOCore

/// One client in one namespace. Bound to the event loop of its connection; ``SocketHandle`` is what other threads hold.
package final class Socket {
    package let id: SocketID
    package let namespace: LocalNamespace
    package let connection: SocketIOConnection
    /// What CONNECT carried, the token taken out.
    package let auth: JSONObject
    /// What the layer above keeps with a socket: the principal, its grants, its rate buckets.
    package var state: AnyObject?
    /// With whom the socket shares its answers to the `receive` rules; its own by default.
    package var audience = Audience()
    package internal(set) var memberships: [RoomMembership] = []
    package internal(set) var isConnected = true
    /// How many events it had sent that nobody will handle, since it has left.
    package internal(set) var unhandledEvents = 0
    /// While the hooks of its leaving run; it is still connected then, and cannot leave again.
    var isLeaving = false

    var everyoneIndex = 0
    var visit: UInt64 = 0
    var mailbox = Mailbox()
    var pendingAcks = PendingAcks()

    init(id: SocketID, namespace: LocalNamespace, connection: SocketIOConnection, auth: JSONObject) {
        self.id = id
        self.namespace = namespace
        self.connection = connection
        self.auth = auth
    }

    package var eventLoop: any EventLoop { connection.loop.eventLoop }
    package var name: Namespace { namespace.definition.namespace }

    /// The rooms the socket is in, its own (named by its id) first.
    package var rooms: [String] { [id.description] + memberships.map(\.room.name) }

    package func isIn(_ room: String) -> Bool {
        memberships.contains { $0.room.name == room }
    }

    /// The same test on the bytes of a payload.
    package func isIn(_ room: Span<UInt8>) -> Bool {
        for membership in memberships where membership.room.name.utf8.count == room.count {
            var index = 0
            var equal = true
            for byte in membership.room.name.utf8 {
                guard byte == room[index] else {
                    equal = false
                    break
                }
                index &+= 1
            }
            if equal { return true }
        }
        return false
    }

    /// Puts the socket into a room.
    /// - Parameter byServer: whether the server does so of its own accord, and not because the client may be there.
    /// - Throws: ``RoomError`` when the socket is in as many rooms as a connection may be.
    package func join(_ room: RoomName, byServer: Bool = false) throws(RoomError) {
        guard isConnected else { return }
        if let known = memberships.firstIndex(where: { $0.room.name == room.name }) {
            if byServer { memberships[known].isByServer = true }
            return
        }
        guard connection.roomCount < connection.loop.limits.roomsPerConnection else {
            throw RoomError(code: .limit, message: "a connection may be in \(connection.loop.limits.roomsPerConnection) rooms")
        }
        _ = namespace.join(self, room.name, byServer: byServer)
    }

    /// - Returns: whether the socket was in the room.
    @discardableResult
    package func leave(_ room: RoomName) -> Bool { namespace.leave(self, room.name) }

    /// Puts the socket out of its namespace: it is told with a DISCONNECT packet. The connection stays for its other namespaces.
    package func disconnect() {
        connection.serverDisconnect(self)
    }

    /// Whether a volatile message would be written now, and not queued behind unsent ones (API-08).
    package var isWritable: Bool { connection.session.isWritable }
}

@available(*, unavailable)
extension Socket: Sendable {}

/// A join that was refused.
package struct RoomError: Error, Sendable {
    package enum Code: String, Sendable { case limit }
    package var code: Code
    package var message: String
}
