public import GatehouseJSON

/// An event that the server sent.
public struct ReceivedEvent: Sendable, Equatable {
    /// The namespace it came in.
    public var namespace: String
    /// Its name.
    public var name: String
    /// Its arguments and attachments.
    public var payload: SocketIOPayload
    /// Whether the server waits for an acknowledgement; see ``SocketIOClient/onAckRequest(_:)``.
    public var wantsAck: Bool

    /// The arguments without the attachments.
    public var arguments: [JSONValue] { payload.arguments }
}
