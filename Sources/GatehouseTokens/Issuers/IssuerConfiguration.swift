/// The settings of one token issuer. The policy loader fills it from the `issuers` section of `_global.yaml`.
package struct IssuerConfiguration: Sendable {
    /// Our own name for the issuer, as rules and audit records use it.
    package var name: String
    /// The exact `iss` of its tokens, compared byte for byte.
    package var iss: String
    /// Our names: a token's `aud` must hold one of them. Empty for tokens without `aud`; `requiredValues` name the client then.
    package var audience: [String]
    package var keys: [KeySource]
    /// Algorithms of one family.
    package var algorithms: [SigningAlgorithm]
    /// Media types allowed in the header's `typ`, without regard to case and to a leading `application/`.
    package var typ: [String]
    /// Whether the header may have no `typ`, as with many identity providers.
    package var allowsMissingType: Bool
    /// Whether ID tokens are taken for access tokens. For issuers that make no others, such as Apple.
    package var allowsIDTokens: Bool
    /// Claims that must be present. `exp` and `sub` are always required: a session needs an end, and a user a name.
    package var require: [String]
    /// Claims that must have one of some values.
    package var requiredValues: [RequiredValue]
    /// By how many seconds `nbf`, `iat` and `auth_time` may lie in the future, at most 60. It never puts off `exp`.
    package var leeway: Double
    /// The longest time from `iat` to `exp`, in seconds.
    package var maxLifetime: Double?
    /// Whether keys marked as made for development may be used.
    package var development: Bool

    package init(
        name: String, iss: String, audience: [String], keys: [KeySource], algorithms: [SigningAlgorithm], typ: [String] = ["at+jwt"],
        allowsMissingType: Bool = false, allowsIDTokens: Bool = false,
        require: [String] = ["exp", "iat", "sub", "jti", "client_id"], requiredValues: [RequiredValue] = [], leeway: Double = 30,
        maxLifetime: Double? = nil, development: Bool = false
    ) {
        self.name = name
        self.iss = iss
        self.audience = audience
        self.keys = keys
        self.algorithms = algorithms
        self.typ = typ
        self.allowsMissingType = allowsMissingType
        self.allowsIDTokens = allowsIDTokens
        self.require = require
        self.requiredValues = requiredValues
        self.leeway = leeway
        self.maxLifetime = maxLifetime
        self.development = development
    }
}
