/// What a handler answers, on its way to the client. Interceptors see it, and may give another one.
public enum HandlerOutput: Sendable {
    /// Nothing, or `nil`: an empty ack.
    case none
    /// A value: the ack carries it. Without an ack id it is dropped.
    case value(any JSONEncodable)
    /// An event to the sender, and an empty ack.
    case event(String, any JSONEncodable)
    /// Many answers, one after the other.
    case stream(AnswerStream)
}
