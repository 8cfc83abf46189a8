public import SocketIO

/// A change of a room (API-05).
public enum RoomEvent: Sendable {
    /// A room has got its first member on this node.
    case created(RoomName, in: Namespace)
    /// A room has lost its last member on this node.
    case deleted(RoomName, in: Namespace)
    /// A client has joined a room, by the rules or by the server.
    case joined(RoomName, Client)
    /// A client has left a room, or leaves the namespace.
    case left(RoomName, Client)
}

/// A gateway that observes the rooms of its namespaces. A client's own room, named by its id, is not observed.
public protocol RoomObservingGateway: Gateway {
    /// A room has changed. Called on the event loop of the client that made the change, and must not block. Changes of a room on one event
    /// loop come in order; those of several loops are concurrent.
    func roomChanged(_ event: RoomEvent)
}
