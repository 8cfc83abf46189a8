internal import NIOConcurrencyHelpers

/// The verifier and the revocations in force. Whoever verifies takes `current` once for one decision; a reload puts a complete new one in
/// its place, or leaves the old one where it is.
package final class CurrentTokenVerifier: Sendable {
    private let state: NIOLockedValueBox<TokenVerifier>
    package let revocations: CurrentRevocations

    package init(_ verifier: TokenVerifier, revocations: CurrentRevocations = CurrentRevocations()) {
        state = NIOLockedValueBox(verifier)
        self.revocations = revocations
    }

    package var current: TokenVerifier { state.withLockedValue { $0 } }

    /// The verified token of `text`, at the time `now` in milliseconds since 1970: signed, good by its claims, and not revoked. Revocation is
    /// asked last and every time, whether or not the token was in the verifier's cache (SEC-40); a reload of keys cannot lose it.
    ///
    /// At its `exp` a token is over, whatever the issuer's leeway. The leeway is for clocks that differ, and forgives where a token begins;
    /// a session ends at `exp` (SEC-16), so that a token within the leeway after it would let its user in to be put out at once, again and
    /// again.
    package func verify(_ text: String, now: Int64) throws(TokenRefusal) -> VerifiedToken {
        let token = try current.verify(text, now: Double(now) / 1_000)
        guard token.end > now else { throw TokenRefusal(.expired, issuer: token.issuer) }
        switch revocations.current.verdict(on: token.identity, now: now) {
        case .good: return token
        case .reauthenticate(let by, _) where by > now: return token
        case .revoked, .reauthenticate: throw TokenRefusal(.revoked, issuer: token.issuer)
        }
    }

    /// Puts `verifier` in force. Keys overlap as long as both are in the new one's sources, as in a JWK Set during a rotation; a key that is
    /// gone from them verifies nothing from now on, not even a token that was verified before. Returns the verifier it takes the place of.
    @discardableResult
    package func replace(with verifier: TokenVerifier) -> TokenVerifier {
        state.withLockedValue { state in
            let old = state
            state = verifier
            return old
        }
    }
}
