public import SocketIO

/// What happens to a room (API-05).
public enum RoomEvent: Sendable {
    /// A room has got its first member on this node.
    case created(RoomName, in: Namespace)
    /// A room has lost its last member on this node.
    case deleted(RoomName, in: Namespace)
    /// A client has come into a room, by the rules or by the server.
    case joined(RoomName, Client)
    /// A client has gone out of a room, or leaves the namespace.
    case left(RoomName, Client)
}

/// A gateway that follows the rooms of its namespaces, whoever changes them. A client's own room, named by its id, is not among them.
public protocol RoomObservingGateway: Gateway {
    /// A room has changed. Called on the event loop of the client that made the change, and must not block. Of one room the changes of one
    /// event loop come in their order; those of several loops come at the same time.
    func roomChanged(_ event: RoomEvent)
}
