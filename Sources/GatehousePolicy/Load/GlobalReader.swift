import GatehouseJSON
import GatehouseNetwork

/// Reads `_global.yaml`.
struct GlobalReader {
    let diagnostics: Diagnostics

    struct Result {
        var settings = GlobalSettings()
        var revision: Int64 = 0
        var rules: [PolicyRule] = []
        /// Where `trusted_proxies` is.
        var proxiesPosition: SourcePosition?
    }

    func read(_ root: YAMLNode, rules reader: inout RuleReader) -> Result? {
        guard var mapping = MappingReader(root, "global policy", diagnostics) else { return nil }
        var result = Result()
        result.revision = HeaderReader.read(&mapping, kind: "Global") ?? 0
        if let node = mapping.take("issuers"), let issuers = MappingReader(node, "issuers", diagnostics) {
            result.settings.issuers = issuers.entries.compactMap { IssuerReader(diagnostics: diagnostics).read($0) }
            var seen: [String: String] = [:]
            for issuer in result.settings.issuers {
                if let other = seen[issuer.iss] {
                    diagnostics.report(
                        .conflict, at: issuer.position,
                        "issuers '\(other)' and '\(issuer.name)' have the same 'iss': a token would fit both")
                }
                seen[issuer.iss] = issuer.name
            }
        }
        if var claims = mapping.mapping("claims") {
            result.settings.rolesClaim = claims.pointer("roles")
            result.settings.scopesClaim = claims.pointer("scopes")
            claims.finish()
        }
        let settings = result.settings
        reader.vocabulary = ConditionReader.Vocabulary(
            issuers: Set(mapping.entries.first { $0.key == "issuers" }?.value.keys ?? []),
            roles: settings.rolesClaim != nil || settings.issuers.contains { $0.rolesClaim != nil },
            scopes: settings.scopesClaim != nil || settings.issuers.contains { $0.scopesClaim != nil })
        if let node = mapping.take("deny") { result.rules = reader.list(node, .deny, .global, namespace: nil) }
        if var limits = mapping.mapping("limits") {
            if var caps = limits.mapping("connections") {
                result.settings.connections = ConnectionCaps(
                    node: caps.count("node"), perIP: caps.count("per_ip"), perUser: caps.count("per_user"),
                    unauthenticated: caps.count("unauthenticated"))
                caps.finish()
            }
            if var ip = limits.mapping("ip") {
                result.settings.ipConnects = ip.rate("connects", default: result.settings.ipConnects)
                result.settings.ipFailedAuth = ip.rate("failed_auth")
                if let rate = ip.rate("malformed") { result.settings.ipMalformed = rate }
                if let penalty = ip.mapping("failed_auth_penalty") { result.settings.failedAuthPenalty = LimitsReader().penalty(penalty) }
                ip.finish()
            }
            limits.finish()
        }
        result.proxiesPosition = mapping.entries.first { $0.key == "trusted_proxies" }?.value.position
        result.settings.trustedProxies = mapping.blocks("trusted_proxies", mayBeEmpty: true) ?? []
        if let field = mapping.choice("forwarded_field", ForwardedField.self) { result.settings.forwardedField = field }
        mapping.finish()
        return result
    }
}
