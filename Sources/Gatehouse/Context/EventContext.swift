public import SocketIO

/// What a handler knows about the event it handles. A value; it may be kept and passed on. Who receives what is sent through it is decided
/// by the policies that the event was decided under until the handler has ended (POL-08), and by those in force from then on.
public struct EventContext: Sendable {
    /// Who sent the event.
    public var client: Client { inHand.client }
    /// Who that is, as the token said when the event came.
    public let principal: Principal
    /// The event's name.
    public let event: String
    /// Whether the client waits for an ack.
    public let wantsAck: Bool
    let inHand: EventInHand

    /// The namespace the event came in.
    public var namespace: Namespace { client.namespace }

    /// Everyone in the event's namespace, to be narrowed with `to`, `in` and `except`.
    public var everyone: Broadcaster {
        Broadcaster(server: client.server.runtime.sockets, definition: client.definition).during(inHand)
    }

    /// The members of a room, the sender among them if it is one.
    public func to(_ room: RoomName) -> Broadcaster { everyone.to(room) }

    /// Everyone in the namespace but the sender.
    public var others: Broadcaster { everyone.except(client.id) }
}
