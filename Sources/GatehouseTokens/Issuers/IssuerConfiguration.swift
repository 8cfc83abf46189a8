/// What is trusted of one token issuer. The policy loader fills it from the `issuers` section of `_global.yaml`.
package struct IssuerConfiguration: Sendable {
    /// Our own name for the issuer, as rules and audit records use it.
    package var name: String
    /// The exact `iss` of its tokens, compared byte for byte.
    package var iss: String
    /// Our names: a token's `aud` must hold one of them.
    package var audience: [String]
    package var keys: [KeySource]
    /// Algorithms of one family.
    package var algorithms: [SigningAlgorithm]
    /// Media types allowed in the header's `typ`, without regard to case and to a leading `application/`.
    package var typ: [String]
    /// Claims that must be present. `exp` and `sub` are required whatever this says: a session needs an end, and a user a name.
    package var require: [String]
    /// Tolerated clock difference in seconds, at most 60. No session is opened or goes on with it after `exp`: see `CurrentTokenVerifier`.
    package var leeway: Double
    /// The longest time from `iat` to `exp`, in seconds.
    package var maxLifetime: Double?
    /// Whether keys marked as made for development may be used.
    package var development: Bool

    package init(
        name: String, iss: String, audience: [String], keys: [KeySource], algorithms: [SigningAlgorithm], typ: [String] = ["at+jwt"],
        require: [String] = ["exp", "iat", "sub", "jti", "client_id"], leeway: Double = 30, maxLifetime: Double? = nil,
        development: Bool = false
    ) {
        self.name = name
        self.iss = iss
        self.audience = audience
        self.keys = keys
        self.algorithms = algorithms
        self.typ = typ
        self.require = require
        self.leeway = leeway
        self.maxLifetime = maxLifetime
        self.development = development
    }
}
