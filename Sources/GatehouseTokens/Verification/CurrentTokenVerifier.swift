internal import Synchronization

/// The verifier in force. Whoever verifies takes `current` once for one decision; a reload puts a complete new one in its place, or leaves
/// the old one where it is.
package final class CurrentTokenVerifier: Sendable {
    private let state: Mutex<TokenVerifier>

    package init(_ verifier: TokenVerifier) {
        state = Mutex(verifier)
    }

    package var current: TokenVerifier { state.withLock { $0 } }

    /// Puts `verifier` in force. Keys overlap as long as both are in the new one's sources, as in a JWK Set during a rotation; a key that is
    /// gone from them verifies nothing from now on, not even a token that was verified before. Returns the verifier it takes the place of.
    @discardableResult
    package func replace(with verifier: TokenVerifier) -> TokenVerifier {
        state.withLock { state in
            let old = state
            state = verifier
            return old
        }
    }
}
