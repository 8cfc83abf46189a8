public import GatehouseJSON
public import SocketIO

/// A client found by ``Broadcaster/fetchSockets()``. Calls have no effect once it has left.
public struct RemoteSocket: Sendable, Identifiable {
    /// The socket's id; of a client of a Node server it is of that server's form.
    public let id: String
    /// The same for calls that take one; `nil` for a client of a Node server.
    public var socketID: SocketID? { SocketID(id) }
    /// The rooms it was in, its own first.
    public let rooms: [String]
    /// Who it was, for a client of this node.
    public let principal: Principal?
    /// The user, as its node says; `nil` for an anonymous client, and for one of a server that is no Gatehouse.
    public let user: UserID?
    /// The name of its node; `nil` for this one, and for a server that does not say.
    public let node: String?
    /// Since when it is where it was asked for, as its node says, in milliseconds since 1970.
    var since: Int64?
    let itself: Broadcaster

    /// Sends an event to this client alone, if the `receive` rules allow it.
    /// - Throws: ``GatewayError`` for a reserved name, and what the arguments throw while they are written.
    public func emit<each Argument: JSONEncodable>(_ event: String, _ arguments: repeat each Argument) throws {
        try itself.emit(event, repeat each arguments)
    }

    /// Puts the client into a room, as ``Broadcaster/socketsJoin(_:)`` does.
    public func join(_ room: RoomName) async throws { try await itself.socketsJoin(room) }

    /// Removes the client from a room.
    public func leave(_ room: RoomName) async throws { try await itself.socketsLeave(room) }

    /// Disconnects the client from the namespace; `close` ends its whole connection.
    public func disconnect(close: Bool = false) async throws { try await itself.disconnectSockets(close: close) }
}

/// The clients that ``Broadcaster/sockets()`` found.
public struct FoundSockets: Sendable {
    /// The clients of all nodes that answered.
    public let sockets: [RemoteSocket]
    /// The nodes that did not answer in time.
    public let silentNodes: [String]
}

extension UserID {
    /// The user that another Gatehouse node tells of.
    init?(_ data: JSONObject) {
        guard let iss = data["iss"]?.stringValue, let subject = data["sub"]?.stringValue else { return nil }
        self.init(iss: iss, subject: subject)
    }
}
