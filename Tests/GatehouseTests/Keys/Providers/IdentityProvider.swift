import GatehouseJSON
import Testing

/// A token as an identity provider writes it, in the words of its documentation, and tokens that differ in what makes them somebody else's.
struct IdentityProvider: Sendable, CustomTestStringConvertible {
    /// The issuer's name in the documentation.
    let name: String
    var algorithm = "RS256"
    var header: JSONObject = [:]
    /// The claims of a token that is issued now, but `iss`, `exp` and `iat`.
    let claims: JSONObject
    var roles: [String]? = []
    var scopes: [String]? = []
    /// Further tokens that are good.
    var variants: [Variant] = []
    /// Tokens of the same issuer that are not for us, with the check that each fails.
    let nearMisses: [NearMiss]

    var testDescription: String { name }

    /// Members that are changed; nil takes one out.
    typealias Changes = [(name: String, value: JSONValue?)]

    struct Variant: Sendable {
        let what: String
        var header: Changes = []
        var claims: Changes = []
        var roles: [String]?
        var scopes: [String]?
    }

    struct NearMiss: Sendable {
        let what: String
        let reason: String
        var header: Changes = []
        var claims: Changes = []

        init(_ what: String, _ reason: String, header: Changes = [], claims: Changes = []) {
            self.what = what
            self.reason = reason
            self.header = header
            self.claims = claims
        }
    }
}
