package import GatehouseJSON

/// A token whose signature and claims were checked. It can only be made by a `TokenVerifier`. Immutable, so any thread may hold it.
package final class VerifiedToken: Sendable {
    /// The configured name of the issuer.
    package let issuer: String
    package let iss: String
    /// The user's name at this issuer. A user is (`iss`, `sub`) (SEC-15). Compare its UTF-8: Swift's `==` takes canonically equivalent
    /// texts for the same.
    package let sub: String
    package let jti: String?
    /// Seconds since the epoch, as are the next three. The session must end here (SEC-16), whatever leeway the check had.
    package let exp: Double
    package let iat: Double?
    package let nbf: Double?
    package let authTime: Double?
    /// All claims, an object.
    package let claims: JSONValue
    /// SHA-256 of the token's text: what logs and audit may show of it.
    package let digest: TokenDigest
    /// From when on the token is valid, leeway included: a cached token is not used before.
    let validFrom: Double

    /// ``exp`` in whole milliseconds since the epoch, never later than it.
    package var end: Int64 { Int64(exactly: (exp * 1_000).rounded(.down)) ?? .max }

    init(issuer: Issuer, claims: JSONObject, outcome: ClaimRules.Outcome, digest: TokenDigest) {
        self.issuer = issuer.name
        iss = issuer.iss
        sub = outcome.sub
        jti = outcome.jti
        exp = outcome.exp
        iat = outcome.iat
        nbf = outcome.nbf
        authTime = outcome.authTime
        self.claims = .object(claims)
        self.digest = digest
        validFrom = max(outcome.nbf ?? 0, outcome.iat ?? 0, outcome.authTime ?? 0) - issuer.rules.leeway
    }
}
