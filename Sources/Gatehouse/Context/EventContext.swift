public import SocketIO

/// The event that a handler handles. A value that may be kept and passed on. Until the handler has ended, the policies that decided the
/// event also decide who receives its messages (POL-08); after that those in force do.
public struct EventContext: Sendable {
    /// Who sent the event.
    public var client: Client { inHand.client }
    /// The sender's identity, by the token at the time of the event.
    public let principal: Principal
    /// The event's name.
    public let event: String
    /// The room that the event names, where its policy says how (`room_at`): the one that the rules have decided about. `nil` if it names
    /// none, or what is no name of a room.
    public var room: RoomName? { roomName.flatMap { RoomName($0) } }
    let roomName: String?
    /// Whether the client waits for an ack.
    public let wantsAck: Bool
    let inHand: EventInHand

    /// The namespace the event came in.
    public var namespace: Namespace { client.namespace }

    /// Everyone in the event's namespace, to be narrowed with `to`, `in` and `except`.
    public var everyone: Broadcaster {
        Broadcaster(client.server.runtime, client.definition).during(inHand)
    }

    /// The members of a room, the sender among them if it is one.
    public func to(_ room: RoomName) -> Broadcaster { everyone.to(room) }

    /// Everyone in the namespace but the sender.
    public var others: Broadcaster { everyone.except(client.id) }
}
