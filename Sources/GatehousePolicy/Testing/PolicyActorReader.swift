import GatehouseJSON
import GatehouseNetwork

/// Reads `as` of a test case: the named members, and any further ones as claims.
struct PolicyActorReader {
    let diagnostics: Diagnostics
    private static let named: Set<String> = [
        "iss", "sub", "roles", "scope", "joined", "ip", "origin", "same_origin", "transport", "auth_age", "anonymous",
    ]

    func read(_ node: YAMLNode) -> PolicyTestSuite.Actor? {
        guard var mapping = MappingReader(node, "as", diagnostics) else { return nil }
        var actor = PolicyTestSuite.Actor()
        let anonymous = mapping.bool("anonymous") ?? false
        actor.issuer = mapping.text("iss")
        if actor.issuer == nil, !anonymous {
            diagnostics.report(
                .missingKey, at: node.position, "'as' has neither 'iss: NAME' (an issuer of _global.yaml) nor 'anonymous: true'")
        }
        // Text of any shape, so that hostile subjects can be tried.
        if let sub = mapping.take("sub"), case .scalar(let text, _) = sub.kind { actor.sub = text }
        actor.roles = mapping.texts("roles", mayBeEmpty: true)
        actor.scope = mapping.text("scope")
        actor.joined = mapping.texts("joined", mayBeEmpty: true) ?? []
        if let ip = mapping.take("ip"), let text = mapping.text(ip, "ip") {
            if let address = IPAddress(text) {
                actor.ip = address
            } else if text == ClientAddress.unknown.description {
                actor.ip = nil
            } else {
                diagnostics.report(.value, at: ip.position, "'\(text)' is not an IP address, nor 'unknown'")
            }
        }
        actor.origin = RequestOrigin(mapping.text("origin"), isOwn: mapping.bool("same_origin") ?? false)
        actor.transport = mapping.choice("transport", TransportName.self) ?? .websocket
        actor.authAge = mapping.span("auth_age").map { $0 / 1_000_000_000 }
        for entry in mapping.entries where !Self.named.contains(entry.key) {
            actor.claims[entry.key] = value(entry.value)
            _ = mapping.take(entry.key)
        }
        if anonymous {
            actor.issuer = nil
            if let other = mapping.entries.first(where: { ["iss", "sub", "roles", "scope", "auth_age"].contains($0.key) }) {
                diagnostics.report(.conflict, at: other.keyPosition, "somebody anonymous has no '\(other.key)': remove one")
            }
        }
        return actor
    }

    /// A claim's value. The depth of the file bounds the recursion.
    private func value(_ node: YAMLNode) -> JSONValue {
        switch node.kind {
        case .scalar(let text, let quoted):
            if quoted { return .string(text) }
            switch text {
            case "true": return .bool(true)
            case "false": return .bool(false)
            case "null": return .null
            default: break
            }
            if let number = WholeNumber.parse(text) { return .integer(number) }
            if ScalarForm.isAmbiguous(text) {
                diagnostics.report(
                    .type, at: node.position, "\(text) may be read in more than one way: quote text, write numbers in digits")
            }
            return .string(text)
        case .sequence(let items): return .array(items.map { value($0) })
        case .mapping(let entries):
            var object = JSONObject()
            for entry in entries { object[entry.key] = value(entry.value) }
            return .object(object)
        }
    }
}
