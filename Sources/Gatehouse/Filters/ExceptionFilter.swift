/// Turns an error that was thrown on the way of an event into the error object that the client gets (Nest's exception filters).
///
/// Exactly one filter handles an error: the nearest that wants it, asked in the order route, gateway, global (GW-01).
public protocol ExceptionFilter: Sendable {
    /// - Returns: the answer, or `nil` to leave the error to the next filter.
    func reply(to error: any Error, in context: EventContext) -> ErrorReply?
}
