package import GatehouseJSON

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

    /// A value that a claim must have.
    package struct RequiredValue: Sendable, Equatable {
        /// As the file names the claim: by name, or by a pointer.
        package var name: String
        package var pointer: JSONPointer
        /// The claim is one of these: texts, numbers, or true or false.
        package var values: [JSONValue]
    }

    /// Whether something is taken that is refused unless a file says otherwise.
    package enum Exception: String, Sendable, CaseIterable {
        case allow, refuse
    }

    package var name: String
    package var iss: String
    /// One of these must be in `aud`. Empty for tokens without `aud`, which `requiredValues` bind to us in its place.
    package var audience: [String]
    package var keys: Keys
    package var algorithms: [String]
    /// Fixes `typ`, and what `require` holds at least.
    package var profile: Profile?
    package var typ: [String]
    /// Whether tokens may have no `typ`.
    package var missingType = Exception.refuse
    /// Whether ID tokens are taken, where an issuer has no other tokens.
    package var idTokens = Exception.refuse
    package var require: [String]
    package var requiredValues: [RequiredValue] = []
    /// Where roles and scopes are; nil for where the global settings say.
    package var rolesClaim: JSONPointer?
    package var scopesClaim: JSONPointer?
    /// By how much the issuer's clock may be ahead of ours, in nanoseconds; at most 60 s. It never puts off a token's end.
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
            && (left.missingType, left.idTokens) == (right.missingType, right.idTokens) && left.requiredValues == right.requiredValues
            && (left.rolesClaim, left.scopesClaim) == (right.rolesClaim, right.scopesClaim)
            && (left.leeway, left.maxLifetime, left.development) == (right.leeway, right.maxLifetime, right.development)
    }
}
