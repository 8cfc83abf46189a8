internal import NIOConcurrencyHelpers

/// The verifier and the revocations in force. Read `current` once for each decision. A reload replaces it as a whole, or keeps it.
package final class CurrentTokenVerifier: Sendable {
    private let state: NIOLockedValueBox<TokenVerifier>
    package let revocations: CurrentRevocations

    package init(_ verifier: TokenVerifier, revocations: CurrentRevocations = CurrentRevocations()) {
        state = NIOLockedValueBox(verifier)
        self.revocations = revocations
    }

    package var current: TokenVerifier { state.withLockedValue { $0 } }

    /// The verified token of `text`, at the time `now` in milliseconds since 1970: signed, good by its claims, and not revoked. Revocation
    /// is checked last and every time, even for a cached token (SEC-40), and survives a reload of keys.
    ///
    /// A token ends at its `exp`, in whole milliseconds, whatever the issuer's leeway.
    package func verify(_ text: String, now: Int64) throws(TokenRefusal) -> VerifiedToken {
        let token = try current.verify(text, now: Double(now) / 1_000)
        guard token.end > now else { throw TokenRefusal(.expired, issuer: token.issuer) }
        switch revocations.verdict(on: token.identity, now: now) {
        case .good: return token
        case .reauthenticate(let by, _) where by > now: return token
        case .revoked, .reauthenticate: throw TokenRefusal(.revoked, issuer: token.issuer)
        }
    }

    /// Puts `verifier` in force. Keys overlap as long as both are in the new one's sources, as in a JWK Set during a rotation; a key that
    /// is gone verifies nothing from now on, not even a token that was verified before. Returns the previous verifier.
    @discardableResult
    package func replace(with verifier: TokenVerifier) -> TokenVerifier {
        state.withLockedValue { state in
            let old = state
            state = verifier
            return old
        }
    }
}
