public import GatehouseJSON
public import SocketIO

/// A client as ``Broadcaster/fetchSockets()`` found it. What is done to one that has left since does nothing.
public struct RemoteSocket: Sendable, Identifiable {
    /// The socket's id.
    public let id: SocketID
    /// The rooms it was in, its own first.
    public let rooms: [String]
    /// Who it was.
    public let principal: Principal?
    let itself: Broadcaster

    /// Sends an event to this client alone, if the `receive` rules allow it.
    /// - Throws: ``GatewayError`` for a reserved name, and what the arguments throw while they are written.
    public func emit<each Argument: JSONEncodable>(_ event: String, _ arguments: repeat each Argument) throws {
        try itself.emit(event, repeat each arguments)
    }

    /// Puts the client into a room, as ``Broadcaster/socketsJoin(_:)`` does.
    public func join(_ room: RoomName) async throws { try await itself.socketsJoin(room) }

    /// Takes the client out of a room.
    public func leave(_ room: RoomName) async throws { try await itself.socketsLeave(room) }

    /// Puts the client out of the namespace; `close` ends its whole connection.
    public func disconnect(close: Bool = false) async throws { try await itself.disconnectSockets(close: close) }
}
