internal import GatehouseJSON
internal import NIOConcurrencyHelpers

/// Verifies tokens: an immutable snapshot of issuers and keys, with a cache of the tokens they verified.
///
/// `verify` is synchronous and may be called on any thread at once; a lock is held only around the cache's own work, never while verifying.
/// It knows nothing of revocation: ``CurrentTokenVerifier`` asks about that. A change of keys makes a new verifier, whose cache is empty
/// (SEC-40).
package final class TokenVerifier: Sendable {
    /// Is told the configured name of an issuer of which a token names a key that it does not have, on the caller's thread. Nothing of the
    /// token is verified then, so it must not block, and may do nothing that a stranger must not cause.
    package typealias UnknownKeyNotice = @Sendable (_ issuer: String) -> Void

    package let issuers: IssuerSet
    private let unknownKey: UnknownKeyNotice
    private let cacheCapacity: Int
    private let cache: NIOLockedValueBox<LeastRecentlyUsed<TokenDigest, VerifiedToken>>

    package init(
        issuers: IssuerSet, cacheCapacity: Int = 4096, unknownKey: @escaping UnknownKeyNotice = { _ in }
    ) {
        self.issuers = issuers
        self.unknownKey = unknownKey
        self.cacheCapacity = cacheCapacity
        cache = NIOLockedValueBox(LeastRecentlyUsed(capacity: cacheCapacity))
    }

    /// Loads the keys of `configurations`.
    /// - Throws: a `TokenKeyError` that says what to mend.
    package convenience init(_ configurations: [IssuerConfiguration], cacheCapacity: Int = 4096) throws(TokenKeyError) {
        self.init(issuers: try IssuerSet(configurations), cacheCapacity: cacheCapacity)
    }

    /// The verifier that takes this one's place once issuers or keys have changed: all else stays, and the cache is empty (SEC-40).
    package func replacing(issuers: IssuerSet) -> TokenVerifier {
        TokenVerifier(issuers: issuers, cacheCapacity: cacheCapacity, unknownKey: unknownKey)
    }

    /// The verified token of `text`, at the time `now` in seconds since the epoch.
    package func verify(_ text: String, now: Double) throws(TokenRefusal) -> VerifiedToken {
        guard text.utf8.count <= StrictToken.maximumBytes else { throw TokenRefusal(.tooLarge) }
        return try verify(Array(text.utf8), now: now)
    }

    package func verify(_ bytes: [UInt8], now: Double) throws(TokenRefusal) -> VerifiedToken {
        guard bytes.count <= StrictToken.maximumBytes else { throw TokenRefusal(.tooLarge) }
        guard let digest = TokenDigest(of: bytes) else { throw TokenRefusal(.badSignature) }
        if let known = cached(digest, now: now) { return known }
        let token = try verifyAfresh(bytes, digest: digest, now: now)
        cache.withLockedValue { $0.insert(token, for: digest) }
        return token
    }

    /// Forgets every verified token, as after a change of policy.
    package func emptyCache() {
        cache.withLockedValue { $0.removeAll() }
    }

    package var cachedTokens: Int { cache.withLockedValue { $0.count } }

    private func cached(_ digest: TokenDigest, now: Double) -> VerifiedToken? {
        cache.withLockedValue { cache in
            guard let token = cache.value(for: digest) else { return nil }
            if now < token.exp, now >= token.validFrom { return token }
            cache.remove(digest)
            return nil
        }
    }

    /// The whole check: form, then key by (iss, kid), then algorithm, then signature, and only then type and claims (SEC-C).
    private func verifyAfresh(_ bytes: [UInt8], digest: TokenDigest, now: Double) throws(TokenRefusal) -> VerifiedToken {
        let token = try StrictToken(bytes)
        guard let issuer = issuers.issuer(of: token.claims) else { throw TokenRefusal(.unknownIssuer) }
        guard let key = issuer.keys.key(named: token.keyID) else {
            if token.keyID != nil { unknownKey(issuer.name) }
            throw TokenRefusal(.unknownKey, issuer: issuer.name)
        }
        guard token.algorithm == key.algorithm else { throw TokenRefusal(.algorithmMismatch, issuer: issuer.name) }
        guard token.signature.count == key.signatureLength else { throw TokenRefusal(.signatureLength, issuer: issuer.name) }
        guard key.verifies(token) else { throw TokenRefusal(.badSignature, issuer: issuer.name) }
        guard token.type != nil || issuer.allowsMissingType else { throw TokenRefusal(.typeMissing, issuer: issuer.name) }
        guard token.type.map(issuer.allows(type:)) ?? true else { throw TokenRefusal(.type, issuer: issuer.name) }
        do {
            let outcome = try issuer.rules.check(token.claims, now: now)
            return VerifiedToken(issuer: issuer, claims: token.claims, outcome: outcome, digest: digest)
        } catch { throw TokenRefusal(error.reason, issuer: issuer.name) }
    }
}
