public import GatehouseJSON

/// A client's ack that does not have the form that was asked for. It is not a `ValidationError`: that one concerns the event's own payload,
/// and its sender is not responsible for another client's ack.
public struct UnexpectedAck: Error, Sendable, CustomStringConvertible {
    /// The client that sent the ack; `nil` for one of another node, which does not say.
    public let client: SocketID?
    /// What is wrong with it.
    public let violations: [Violation]

    /// For logs: paths and rules, no values of the ack.
    public var description: String {
        "the ack of client \(client.map(\.description) ?? "(on another node)") is not what was asked for: \(violations.map { "\($0.path) \($0.constraint)" }.joined(separator: ", "))"
    }
}
