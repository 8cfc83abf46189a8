package import GatehouseJSON

/// What `_global.yaml` says besides its rules.
package struct GlobalSettings: Sendable, Equatable {
    package var issuers: [IssuerPolicy] = []
    /// Where the roles are: an array of strings.
    package var rolesClaim: JSONPointer?
    /// Where the scopes are: one string, separated by spaces.
    package var scopesClaim: JSONPointer?
    package var connections = ConnectionCaps()
    package var ipConnects: RateLimit? = .addressConnects
    package var ipFailedAuth: RateLimit?
    package var failedAuthPenalty = FailedAuthPenalty()
    /// Connections of an address that end with a broken protocol; beyond, it opens no session until the debt is repaid. Generous, since an
    /// address may be an office with one broken client in it.
    package var ipMalformed = RateLimit(count: 60, period: 60_000_000_000, burst: 120)
    /// Peers whose forwarding header is believed.
    package var trustedProxies: [CIDR] = []

    package init() {}
}

/// `limits.connections` of the node.
package struct ConnectionCaps: Sendable, Equatable {
    package var node: Int?
    package var perIP: Int?
    package var perUser: Int?
    package var unauthenticated: Int?
}

/// An entry of `issuers`. Keys are read by the token engine; a path is relative to the root that the server is configured with (its working
/// directory, unless told otherwise), wherever the policies are, unless it is absolute.
package struct IssuerPolicy: Sendable {
    /// Where verification keys come from: exactly one kind.
    package enum Keys: Sendable {
        case jwksFile(String)
        /// The https address at which the issuer publishes a JWK Set.
        case jwksURL(String)
        /// By key id.
        case pemFiles([(kid: String, path: String)])
        /// HMAC secrets by key id.
        case secretFiles([(kid: String, path: String)])
    }

    /// A set of rules for tokens under one name.
    package enum Profile: String, Sendable, CaseIterable {
        /// JWT access tokens by RFC 9068: the type is `at+jwt`, and the claims of its section 2.2 are there.
        case rfc9068

        /// The types of its tokens.
        package var typ: [String] { ["at+jwt"] }
        /// The claims that each of its tokens has.
        package var require: [String] { ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"] }
    }

    package var name: String
    package var iss: String
    package var audience: [String]
    package var keys: Keys
    package var algorithms: [String]
    /// Fixes `typ`, and what `require` holds at least.
    package var profile: Profile?
    package var typ: [String]
    package var require: [String]
    /// In nanoseconds; at most 60 s.
    package var leeway: Int64
    package var maxLifetime: Int64?
    /// A key that anybody on this machine may have made: `serve` says so at every start and refuses it where `--strict` is set.
    package var development: Bool
    package var position: SourcePosition
}

extension IssuerPolicy.Keys: Equatable {
    package static func == (left: Self, right: Self) -> Bool {
        func same(_ left: [(kid: String, path: String)], _ right: [(kid: String, path: String)]) -> Bool {
            left.count == right.count && zip(left, right).allSatisfy { $0 == $1 }
        }
        return switch (left, right) {
        case (.jwksFile(let left), .jwksFile(let right)): left == right
        case (.pemFiles(let left), .pemFiles(let right)), (.secretFiles(let left), .secretFiles(let right)): same(left, right)
        case (.jwksURL(let left), .jwksURL(let right)): left == right
        case (.jwksFile, _), (.pemFiles, _), (.secretFiles, _), (.jwksURL, _): false
        }
    }
}

extension IssuerPolicy: Equatable {
    /// Where it stands does not matter.
    package static func == (left: Self, right: Self) -> Bool {
        (left.name, left.iss, left.keys) == (right.name, right.iss, right.keys)
            && (left.audience, left.algorithms, left.typ, left.require) == (right.audience, right.algorithms, right.typ, right.require)
            && (left.leeway, left.maxLifetime, left.development) == (right.leeway, right.maxLifetime, right.development)
    }
}
