public import GatehouseJSON

/// A client's ack that is not what was asked for. Not a `ValidationError`: that one is about the payload of the event that a handler is
/// given, and its sender must not answer for another client's ack.
public struct UnexpectedAck: Error, Sendable, CustomStringConvertible {
    /// Whose ack it is.
    public let client: SocketID
    /// What is wrong with it.
    public let violations: [Violation]

    /// For logs: the places and the rules, nothing of the ack itself.
    public var description: String {
        "the ack of client \(client) is not what was asked for: \(violations.map { "\($0.path) \($0.constraint)" }.joined(separator: ", "))"
    }
}
