/// Reads `_api.yaml`, the file that says which back ends may call what (BCK-02).
struct ApiReader {
    let diagnostics: Diagnostics

    struct Result {
        var rules: [ApiRule] = []
        var idempotency = ApiIdempotency()
        var revision: Int64 = 0
    }

    /// Every call goes through all of them.
    private static let maximumRules = 512
    private static let day: Int64 = 24 * 3_600_000_000_000

    /// - Parameter shared: the ids of the whole bundle, and the issuers that conditions may name.
    func read(_ root: YAMLNode, rules shared: inout RuleReader) -> Result? {
        guard var mapping = MappingReader(root, "api policy", diagnostics) else { return nil }
        var result = Result()
        result.revision = HeaderReader.read(&mapping, kind: "ApiPolicy") ?? 0
        for effect in [PolicyRule.Effect.allow, .deny] {
            guard let node = mapping.take(effect.rawValue), let items = mapping.items(node, effect.rawValue) else { continue }
            for item in items.prefix(Self.maximumRules) {
                if let rule = rule(item, effect, &shared) { result.rules.append(rule) }
            }
            if result.rules.count > Self.maximumRules || items.count > Self.maximumRules {
                diagnostics.report(.tooLarge, at: node.position, "'\(ApiPolicy.fileName)' has more than \(Self.maximumRules) rules")
            }
        }
        if let idempotency = mapping.mapping("idempotency") { result.idempotency = self.idempotency(idempotency) }
        mapping.finish()
        return result
    }

    private func idempotency(_ given: MappingReader) -> ApiIdempotency {
        var mapping = given
        var result = ApiIdempotency()
        if let window = mapping.span("window", atMost: Self.day) { result.window = window }
        if let keys = mapping.count("keys", 1...1_000_000) {
            result.keys = keys
            result.keysPerSubject = max(1, keys / 4)
        }
        if let keys = mapping.count("keys_per_subject", 1...1_000_000) { result.keysPerSubject = min(keys, result.keys) }
        mapping.finish()
        return result
    }

    private func rule(_ node: YAMLNode, _ effect: PolicyRule.Effect, _ shared: inout RuleReader) -> ApiRule? {
        guard var mapping = MappingReader(node, "\(effect.rawValue) rule", diagnostics), let id = shared.id(&mapping) else { return nil }
        var rule = ApiRule(id: id, position: node.position, effect: effect)
        let isAllow = effect == .allow
        if isAllow { require("calls", "[emit]", &mapping) }
        if let calls = mapping.choices("calls", ApiCall.self, orSingle: true) { rule.calls = calls }
        let conditions = ConditionReader(diagnostics: diagnostics, vocabulary: shared.vocabulary)
        rule.when = mapping.take("when").flatMap { condition($0, "when", conditions) }
        rule.unless = mapping.take("unless").flatMap { condition($0, "unless", conditions) }
        (rule.namespaces, rule.isForRoot) = mapping.namespaces("namespaces")
        rule.rooms = mapping.patterns("rooms", .room) ?? []
        rule.events = mapping.patterns("events", .event) ?? []
        if isAllow {
            rule.isForWholeNamespace = isForWholeNamespace(&mapping)
            rule.maxBytes = mapping.size("max_bytes")
            rule.rate = mapping.mapping("rate").map { rate($0) }
            checkAllow(rule, &mapping)
        }
        checkEvents(rule, mapping)
        refuseClosed(rule)
        mapping.finish()
        return rule
    }

    /// A user's token must open nothing here by an oversight.
    private func checkAllow(_ rule: ApiRule, _ mapping: inout MappingReader) {
        if rule.when?.issuers == nil {
            diagnostics.report(
                .missingKey, at: rule.position,
                "an allow rule says whose tokens count: add 'when: { issuer: NAME }', and scopes that only back ends have")
        }
        require("namespaces", "[/chat]", &mapping)
        if rule.rooms.isEmpty, !rule.isForWholeNamespace, !has("rooms", mapping) {
            diagnostics.report(
                .missingKey, at: rule.position,
                "an allow rule has 'rooms', such as \"order:*\", or 'whole_namespace: true' for calls that name no room, or both")
        }
        if rule.calls.contains(.emit) { require("events", "[order.changed]", &mapping) }
    }

    private func checkEvents(_ rule: ApiRule, _ mapping: MappingReader) {
        guard !rule.calls.contains(.emit) else { return }
        for key in ["events", "max_bytes"] {
            guard let entry = mapping.entries.first(where: { $0.key == key }) else { continue }
            diagnostics.report(.conflict, at: entry.keyPosition, "'\(key)' is for the call 'emit', which 'calls' does not name: remove one")
        }
    }

    private func refuseClosed(_ rule: ApiRule) {
        guard rule.effect == .allow,
            let closed = rule.namespaces.first(where: { ApiPolicy.closedNamespaces.contains($0.description) })
        else { return }
        diagnostics.report(.conflict, at: rule.position, "\(closed) is for staff, and no rule opens it to back ends: leave it out")
    }

    private func isForWholeNamespace(_ mapping: inout MappingReader) -> Bool {
        guard let node = mapping.take("whole_namespace") else { return false }
        if case .scalar("true", quoted: false) = node.kind { return true }
        diagnostics.report(.value, at: node.position, "'whole_namespace' can only be true; leave it out where each call must name a room")
        return false
    }

    private func rate(_ given: MappingReader) -> ApiRate {
        var mapping = given
        let rate = ApiRate(subject: mapping.rate("subject"), issuer: mapping.rate("issuer"))
        mapping.finish()
        if mapping.entries.isEmpty {
            diagnostics.report(.missingKey, at: mapping.position, "'rate' needs subject or issuer, such as { subject: 100/s burst 200 }")
        }
        return rate
    }

    /// A call has no transport, and never comes without a token.
    private func condition(_ node: YAMLNode, _ name: String, _ reader: ConditionReader) -> Condition? {
        guard let condition = reader.read(node, name) else { return nil }
        for (key, isGiven) in [("transport", condition.transports != nil), ("anonymous", condition.anonymous)] where isGiven {
            diagnostics.report(.conflict, at: node.position, "'\(key)' means nothing here: a call comes over HTTP, with a token")
        }
        return condition
    }

    private func require(_ key: String, _ example: String, _ mapping: inout MappingReader) {
        if !has(key, mapping) { _ = mapping.required(key, example) }
    }

    private func has(_ key: String, _ mapping: MappingReader) -> Bool { mapping.entries.contains { $0.key == key } }
}
