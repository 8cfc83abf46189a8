import GatehouseJSON
import GatehousePolicy
import GatehouseTokens

/// The value of a refused token at the failed check, beside the policies' requirement. For people who have both; a client never gets it.
struct RefusalExplanation {
    let refusal: TokenRefusal
    /// Nothing of it is verified.
    let token: TokenInspection
    let issuers: [IssuerPolicy]
    /// The names of the keys of an issuer.
    let keyNames: (_ issuer: String) -> [String]

    /// Two lines, or none if the refusal says it all.
    var lines: [String] {
        guard let (said, asked) = comparison else { return [] }
        return ["  the token says:     \(said)", "  the policies say:   \(asked)"]
    }

    private var issuer: IssuerPolicy? { issuers.first { $0.name == refusal.issuer } }

    private var comparison: (String, String)? {
        if case .unknownIssuer = refusal.reason { return (claim("iss"), issuers.map { "iss: \($0.iss)" }.joined(separator: " | ")) }
        guard let issuer else { return nil }
        switch refusal.reason {
        case .type, .typeMissing:
            let missing = issuer.missingType == .allow ? ", typ_missing: allow" : ""
            return (header("typ"), "typ: [\(issuer.typ.joined(separator: ", "))]\(missing)")
        case .algorithmMismatch: return (header("alg"), "algorithms: [\(issuer.algorithms.joined(separator: ", "))]")
        case .unknownKey: return (header("kid"), "keys: \(keyNames(issuer.name).joined(separator: ", "))")
        case .audience: return (claim("aud"), audience(issuer))
        case .claimValue(let name), .missingClaim(let name), .wrongClaimType(let name): return value(name, issuer)
        case .lifetime: return ("\(claim("iat")), \(claim("exp"))", "max_lifetime: \((issuer.maxLifetime ?? 0) / 1_000_000_000)s")
        case .notYetValid: return (claim("nbf"), leeway(issuer))
        case .issuedInFuture: return (claim("iat"), leeway(issuer))
        case .authenticatedInFuture: return (claim("auth_time"), leeway(issuer))
        case .tokenKind:
            let marks = ["at_hash", "c_hash", "events"].filter { token.claims[$0] != nil }.joined(separator: ", ")
            return ("it has \(marks)", "id_tokens: \(issuer.idTokens.rawValue)")
        default: return nil
        }
    }

    private func value(_ name: String, _ issuer: IssuerPolicy) -> (String, String)? {
        if let required = issuer.requiredValues.first(where: { $0.name == name }) {
            let said = JSONValue.object(token.claims).value(at: required.pointer)
            let values = required.values.map(\.serialized).joined(separator: ", ")
            return (text(name, said), "require_values: { \(name): [\(values)] }")
        }
        guard name != "aud" else { return (claim("aud"), audience(issuer)) }
        guard case .missingClaim = refusal.reason else { return nil }
        return (claim(name), "require: [\(issuer.require.joined(separator: ", "))]")
    }

    private func audience(_ issuer: IssuerPolicy) -> String {
        issuer.audience.isEmpty
            ? "no audience, so that a token with aud is for somebody else" : "audience: [\(issuer.audience.joined(separator: ", "))]"
    }

    private func leeway(_ issuer: IssuerPolicy) -> String { "leeway: \(issuer.leeway / 1_000_000_000)s" }

    private func claim(_ name: String) -> String { text(name, token.claims[name]) }
    private func header(_ name: String) -> String { text(name, token.header[name]) }

    private func text(_ name: String, _ value: JSONValue?) -> String {
        "\(name): " + (value.map { TerminalText.safeJSON(String($0.serialized.prefix(400))) } ?? "not there")
    }
}
