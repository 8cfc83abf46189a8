/// What there is no room for one more of (SEC-23).
package enum ConnectionShortage: String, Sendable, CaseIterable {
    /// Connections and sessions of one address.
    case address
    /// Connections of the node.
    case node
    /// Connections and polling sessions of the node that are not authenticated.
    case unauthenticated

    /// What whoever comes now is told.
    var refusal: EngineRefusal { self == .address ? .tooManyConnections : .overloaded }
}
