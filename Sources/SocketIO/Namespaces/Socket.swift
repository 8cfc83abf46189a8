import EngineIO
package import GatehouseJSON
import GatehouseLiveObjects
package import NIOCore

/// One client in one namespace. Bound to the event loop of its connection; ``SocketHandle`` is what other threads hold.
///
/// Its connection, its namespace and its rooms own it while it is connected, and it owns ``state``. All of them release it as it leaves.
/// What outlives it, such as a client that the application keeps, has only a handle.
///
/// Properties that each message uses are not checked for exclusive access: only the event loop touches them, and no change of one calls out.
package final class Socket {
    package let id: SocketID
    package let namespace: LocalNamespace
    package let connection: SocketIOConnection
    /// The payload of CONNECT without the token.
    package let auth: JSONObject
    /// State of the layer above: the principal, its grants, its rate buckets. Behind an accessor: other modules check stored properties for
    /// exclusive access, whatever these say of themselves.
    package var state: AnyObject? {
        get { kept }
        set { kept = newValue }
    }
    @safe @exclusivity(unchecked) private var kept: AnyObject?
    /// The sockets that share its answers to the `receive` rules; itself alone by default.
    package var audience = Audience()
    @safe @exclusivity(unchecked) package internal(set) var memberships: [RoomMembership] = []
    package var isConnected: Bool { !hasLeft }
    /// Whether nothing is sent to it any more, and no handle finds it.
    @safe @exclusivity(unchecked) private var hasLeft = false
    /// The number of its events that will not be handled, since it has left.
    package internal(set) var unhandledEvents = 0
    /// True while its leave hooks run. It is still connected then, and cannot leave again.
    @safe @exclusivity(unchecked) var isLeaving = false

    var everyoneIndex = 0
    var visit: UInt64 = 0
    @safe @exclusivity(unchecked) var mailbox = Mailbox()
    @safe @exclusivity(unchecked) var pendingAcks = PendingAcks()
    /// When it joined the namespace.
    package let joined: NIODeadline
    /// By which the client may come back; `nil` if it may not.
    package internal(set) var recovery: SocketRecovery?
    private let mark: LiveMark
    /// The presence by which handles find the socket.
    let presence = SocketPresence()

    init(id: SocketID, namespace: LocalNamespace, connection: SocketIOConnection, auth: JSONObject) {
        self.id = id
        self.namespace = namespace
        self.connection = connection
        self.auth = auth
        joined = connection.loop.now
        mark = LiveMark(connection.loop.engine.live, .sockets)
        presence.enter(self)
    }

    deinit {
        // It was never let in, or its event loop ended first: nobody else uses it any more.
        if isConnected { presence.leave() }
    }

    /// From here on nothing is sent to it, and no handle finds it.
    func endPresence() {
        hasLeft = true
        presence.leave()
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
    /// - Parameter byServer: whether the server does so, without asking whether the client may be there.
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

    /// Removes the socket from its namespace with a DISCONNECT packet. The connection stays for its other namespaces.
    package func disconnect() {
        connection.serverDisconnect(self)
    }

    /// The same, after the client was told why. The code must be a terminal one: after a DISCONNECT standard clients stay away.
    package func disconnect(_ closure: ConnectionClosure) {
        emitSystem(.closed, ClosedNotice(closure))
        connection.serverDisconnect(self)
    }

    /// Whether a volatile message would be written now, and not queued behind unsent ones (API-08).
    package var isWritable: Bool { connection.session.isWritable }

    /// Calls a closure, once, when the client can take more, or when its connection ends. At once, if it can now.
    package func onceItHasRoom(_ body: @escaping () -> Void) { connection.session.onceItHasRoom(body) }
}

@available(*, unavailable)
extension Socket: Sendable {}

/// A join that was refused.
package struct RoomError: Error, Sendable {
    package enum Code: String, Sendable { case limit }
    package var code: Code
    package var message: String
}
