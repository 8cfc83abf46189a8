import GatehouseJSON

/// Reads `when` and `unless`.
struct ConditionReader {
    let diagnostics: Diagnostics
    let vocabulary: Vocabulary

    /// The names that `_global.yaml` defines: a condition on any other could never hold.
    struct Vocabulary {
        var issuers: Set<String> = []
        var roles = false
        var scopes = false
    }

    func read(_ node: YAMLNode, _ name: String) -> Condition? {
        guard var mapping = MappingReader(node, name, diagnostics) else { return nil }
        var condition = Condition()
        let anonymous = mapping.take("anonymous")
        condition.issuers = mapping.texts("issuer", orSingle: true)
        checkVocabulary(mapping, condition)
        condition.roles = mapping.mapping("roles").flatMap { members($0) }
        condition.scopes = mapping.mapping("scopes").flatMap { members($0) }
        condition.claims = mapping.take("claims").map { claims($0) } ?? []
        condition.auth = mapping.mapping("auth").flatMap { authentication($0) }
        condition.ip = mapping.blocks("ip")
        condition.transports = mapping.choices("transport", TransportName.self, orSingle: true)
        mapping.finish()
        if mapping.entries.isEmpty {
            diagnostics.report(.value, at: node.position, "'\(name)' is empty: name a condition, or remove the key")
        }
        if let anonymous {
            guard case .scalar("true", quoted: false) = anonymous.kind else {
                diagnostics.report(.value, at: anonymous.position, "'anonymous' can only be true; leave it out where a token is due")
                return nil
            }
            condition.anonymous = true
            if let other = mapping.entries.first(where: { ["issuer", "roles", "scopes", "claims", "auth"].contains($0.key) }) {
                diagnostics.report(
                    .conflict, at: other.keyPosition, "'\(other.key)' needs a token and 'anonymous: true' means there is none: remove one")
            }
        }
        return condition
    }

    private func checkVocabulary(_ mapping: MappingReader, _ condition: Condition) {
        if let unknown = condition.issuers?.first(where: { !vocabulary.issuers.contains($0) }),
            let entry = mapping.entries.first(where: { $0.key == "issuer" })
        {
            let known = vocabulary.issuers.sorted().joined(separator: ", ")
            diagnostics.report(
                .unknownName, at: entry.value.position,
                "'\(unknown.prefix(64))' is no issuer of _global.yaml"
                    + (known.isEmpty ? ": define it under 'issuers'" : "; known: \(known)"))
        }
        for (key, defined) in [("roles", vocabulary.roles), ("scopes", vocabulary.scopes)] where !defined {
            guard let entry = mapping.entries.first(where: { $0.key == key }) else { continue }
            diagnostics.report(
                .unknownName, at: entry.keyPosition, "_global.yaml does not say where \(key) are: add 'claims: { \(key): /\(key) }' there")
        }
    }

    private func members(_ given: MappingReader) -> MemberTest? {
        var mapping = given
        let test = MemberTest(anyOf: mapping.texts("any_of"), allOf: mapping.texts("all_of"))
        mapping.finish()
        if mapping.entries.isEmpty {
            diagnostics.report(.missingKey, at: mapping.position, "'\(mapping.name)' needs any_of or all_of, such as { any_of: [user] }")
        }
        return test
    }

    private func claims(_ node: YAMLNode) -> [ClaimTest] {
        guard let mapping = MappingReader(node, "claims", diagnostics) else { return [] }
        if mapping.entries.isEmpty {
            diagnostics.report(.value, at: node.position, "'claims' is empty: name a claim, or remove the key")
        }
        return mapping.entries.compactMap { entry in
            guard let pointer = JSONPointer(entry.key), !pointer.tokens.isEmpty else {
                diagnostics.report(
                    .value, at: entry.keyPosition, "'\(entry.key.prefix(64))' is no JSON pointer: it starts with '/', such as \"/tenant\"")
                return nil
            }
            return claim(entry, pointer)
        }
    }

    private func claim(_ entry: YAMLEntry, _ pointer: JSONPointer) -> ClaimTest? {
        guard var mapping = MappingReader(entry.value, entry.key, diagnostics) else { return nil }
        var test = ClaimTest(pointer: pointer)
        test.equals = mapping.take("equals").flatMap { mapping.literal($0, "equals") }
        if let node = mapping.take("in"), let items = mapping.items(node, "in") {
            test.among = items.compactMap { mapping.literal($0, "in") }
        }
        test.exists = mapping.bool("exists")
        for (key, path) in [("gte", \ClaimTest.atLeast), ("lte", \ClaimTest.atMost)] {
            guard let node = mapping.take(key) else { continue }
            let value = mapping.literal(node, key)
            if let value, value.doubleValue == nil {
                diagnostics.report(.type, at: node.position, "'\(key)' compares numbers: write a number without quotes")
            }
            test[keyPath: path] = value
        }
        mapping.finish()
        if mapping.entries.isEmpty {
            diagnostics.report(.missingKey, at: mapping.position, "'\(entry.key)' needs one of: equals, in, exists, gte, lte")
        }
        if test.exists == false, mapping.entries.count > 1 {
            diagnostics.report(.conflict, at: mapping.position, "'exists: false' excludes every other comparison: remove one")
        }
        return test
    }

    private func authentication(_ given: MappingReader) -> AuthenticationTest? {
        var mapping = given
        let age = mapping.span("max_age")
        let test = AuthenticationTest(
            maxAge: age.map { $0 / 1_000_000_000 }, amrAny: mapping.texts("amr_any"), acrAny: mapping.texts("acr_any"))
        mapping.finish()
        if mapping.entries.isEmpty {
            diagnostics.report(.missingKey, at: mapping.position, "'auth' needs one of: max_age, amr_any, acr_any")
        }
        return test
    }
}
