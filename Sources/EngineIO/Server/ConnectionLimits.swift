/// How many connections a node takes; nil means no bound.
package struct ConnectionLimits: Sendable {
    /// TCP connections of this node: 503 beyond.
    package var node: Int? = 10_000
    /// TCP connections, and sessions, of one client address: 429 beyond.
    package var perAddress: Int? = 50
    /// TCP connections and polling sessions that are not authenticated; beyond, the oldest makes room.
    package var unauthenticated: Int? = 1_000

    package init() {}

    /// No limits, for conformance runs on the loopback interface.
    package static let none: Self = {
        var limits = Self()
        limits.node = nil
        limits.perAddress = nil
        limits.unauthenticated = nil
        return limits
    }()
}
