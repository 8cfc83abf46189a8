public import GatehouseJSON

/// What a handler returned, on its way to the client.
public enum HandlerOutput: Sendable {
    /// Nothing, or `nil`: an empty ack.
    case none
    /// A value: the ack carries it. Without an ack id it is dropped.
    case value(any JSONEncodable & Sendable)
    /// An event to the sender, and an empty ack.
    case event(String, any JSONEncodable & Sendable)
}

/// Returned by a handler to answer with an event instead of an ack value (NestJS: `WsResponse`). The ack, if asked for, is empty.
public struct EventReply<Payload: JSONEncodable & Sendable>: Sendable {
    /// The name of the event.
    public var event: String
    /// Its one argument.
    public var data: Payload

    /// An answer by event.
    public init(event: String, data: Payload) {
        self.event = event
        self.data = data
    }
}
