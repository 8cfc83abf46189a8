import EngineIO
import GatehouseNetwork
package import SocketIO

/// A connection as staff see it: no session id, no token, no claim.
package struct SessionSnapshot: Sendable {
    /// An opaque handle, good for acting on the session and for nothing else.
    package let reference: String
    /// The sockets of the connection.
    package var sockets: [Member]
    package let address: String
    package let transport: String
    /// When the connection was opened, in milliseconds since 1970.
    package let since: Int64
    package let queuedBytes: Int
    package let violations: Int

    /// One namespace that the connection is in.
    package struct Member: Sendable {
        package let id: SocketID
        package let namespace: Namespace
        package var rooms: [String]
        package let principal: Principal
    }

    /// The user of the first token; the sockets of one connection usually belong to one user.
    package var principal: Principal? { sockets.first?.principal }
}

/// Which connections are meant. Every given member must hold.
package struct SessionFilter: Sendable {
    package var reference: String?
    package var namespace: Namespace?
    package var room: String?
    /// One of these, for staff who are confined to them (MOD-22); `nil` for any.
    package var rooms: [String]?
    package var address: String?
    /// Issuer name and subject (SEC-15).
    package var user: UserID?

    package init(
        reference: String? = nil, namespace: Namespace? = nil, room: String? = nil, rooms: [String]? = nil, address: String? = nil,
        user: UserID? = nil
    ) {
        self.reference = reference
        self.namespace = namespace
        self.room = room
        self.rooms = rooms
        self.address = address
        self.user = user
    }

    /// Asked of the connection itself, since most are not meant. On its event loop only.
    func matches(_ connection: SocketIOConnection) -> Bool {
        if let reference, connection.connectionState?.reference != reference { return false }
        if let address, connection.session.request.address.description != address { return false }
        if namespace == nil, room == nil, rooms == nil, user == nil { return true }
        return connection.sockets.contains { socket in
            guard let client = socket.clientState else { return false }
            if let namespace, socket.name != namespace { return false }
            if let room, !socket.isIn(room) { return false }
            if let rooms, !rooms.contains(where: { socket.isIn($0) }) { return false }
            if let user, client.user?.key != user { return false }
            return true
        }
    }
}
