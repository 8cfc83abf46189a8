public import SocketIO

/// What a handler knows about the event it handles. A value; it may be kept and passed on.
public struct EventContext: Sendable {
    /// Who sent the event.
    public let client: Client
    /// Who that is, as the token said when the event came.
    public let principal: Principal
    /// The event's name.
    public let event: String
    /// Whether the client waits for an ack.
    public let wantsAck: Bool
    /// The policies that the event was decided under, which decide who receives what it leads to (POL-08).
    var generation: UInt64?

    /// The namespace the event came in.
    public var namespace: Namespace { client.namespace }

    /// Everyone in the event's namespace, to be narrowed with `to`, `in` and `except`.
    public var everyone: Broadcaster { client.server.of(client.namespace).under(generation) }

    /// The members of a room, the sender among them if it is one.
    public func to(_ room: RoomName) -> Broadcaster { everyone.to(room) }

    /// Everyone in the namespace but the sender.
    public var others: Broadcaster { everyone.except(client.id) }
}
