/// Limits of one WebSocket message (specification: protocol, section 7).
package struct WebSocketLimits: Sendable, Hashable {
    /// Payload bytes of a message, all fragments together.
    package var message: Int
    /// Fragments of a message.
    package var fragments: Int
    /// Least payload of a non-final fragment that is not among the first `freeFragments`; 0 turns the rule off.
    package var leastFragment: Int
    /// Fragments that may be of any size.
    package var freeFragments: Int

    package init(message: Int = 65_536, fragments: Int = 64, leastFragment: Int = 64, freeFragments: Int = 8) {
        self.message = message
        self.fragments = fragments
        self.leastFragment = leastFragment
        self.freeFragments = freeFragments
    }
}
