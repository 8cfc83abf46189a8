/// Returned by a handler to answer with an event instead of an ack value (NestJS: `WsResponse`). The ack, if asked for, is empty.
public struct EventReply<Data: JSONEncodable>: HandlerResult {
    /// The name of the event.
    public var event: String
    /// Its one argument.
    public var data: Data

    /// An answer by event.
    public init(_ event: String, _ data: Data) {
        self.event = event
        self.data = data
    }

    /// The event.
    public var output: HandlerOutput { .event(event, data) }
}
