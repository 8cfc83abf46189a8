/// The limit that leaves no room for a newcomer (SEC-23).
package enum ConnectionShortage: String, Sendable, CaseIterable {
    /// Connections and sessions of one address.
    case address
    /// Connections of the node.
    case node
    /// Connections and polling sessions of the node that are not authenticated.
    case unauthenticated

    /// The answer to a newcomer.
    var refusal: EngineRefusal { self == .address ? .tooManyConnections : .overloaded }
}
