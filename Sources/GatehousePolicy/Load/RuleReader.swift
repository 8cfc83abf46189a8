import GatehouseJSON

/// Reads `allow` and `deny` lists of every section.
struct RuleReader {
    let diagnostics: Diagnostics
    /// What `_global.yaml` defines for conditions to speak of.
    var vocabulary = ConditionReader.Vocabulary()
    /// Ids of the whole bundle (POL-22).
    var ids: [String: SourcePosition] = [:]
    static let maximumRules = 4_096

    mutating func list(_ node: YAMLNode, _ effect: PolicyRule.Effect, _ section: PolicyRule.Section, namespace: String?) -> [PolicyRule] {
        guard case .sequence(let items) = node.kind else {
            diagnostics.report(.type, at: node.position, "'\(effect.rawValue)' is \(node.kindName); a list of rules is due")
            return []
        }
        guard items.count <= Self.maximumRules else {
            diagnostics.report(
                .tooLarge, at: node.position, "more than \(Self.maximumRules) rules: write patterns instead of one rule a name")
            return []
        }
        var rules: [PolicyRule] = []
        for item in items {
            if let rule = rule(item, effect, section, namespace: namespace) { rules.append(rule) }
        }
        return rules
    }

    private mutating func rule(
        _ node: YAMLNode, _ effect: PolicyRule.Effect, _ section: PolicyRule.Section, namespace: String?
    ) -> PolicyRule? {
        guard var mapping = MappingReader(node, "\(effect.rawValue) rule", diagnostics) else { return nil }
        guard let id = id(&mapping) else {
            return nil
        }
        var rule = PolicyRule(id: id, position: node.position, namespace: namespace, section: section, effect: effect)
        let conditions = ConditionReader(diagnostics: diagnostics, vocabulary: vocabulary)
        rule.when = mapping.take("when").flatMap { conditions.read($0, "when") }
        rule.unless = mapping.take("unless").flatMap { conditions.read($0, "unless") }
        if effect == .deny {
            rule.code = code(&mapping)
            if section != .global { rule.mode = mapping.choice("mode", PolicyMode.self) }
        } else if let mode = mapping.take("mode") {
            diagnostics.report(
                .notSupported, at: mode.position,
                "'mode' belongs to deny rules and files: an allow rule always allows; to try out a narrower one, add a deny rule with mode: report"
            )
        }
        switch section {
        case .global: break
        case .connect: connect(&mapping, &rule)
        case .join:
            rule.rooms = mapping.patterns("room", .room) ?? []
            if !mapping.entries.contains(where: { $0.key == "room" }) { missing("room", "\"lobby:*\"", mapping) }
        case .send: send(&mapping, &rule)
        case .receive:
            rule.events = mapping.patterns("event", .event) ?? []
            if !mapping.entries.contains(where: { $0.key == "event" }) { missing("event", "message", mapping) }
        }
        mapping.finish()
        if section == .global, rule.when == nil, rule.unless == nil {
            diagnostics.report(.missingKey, at: node.position, "a global deny without 'when' would refuse everybody: add a condition")
        }
        return rule
    }

    /// `namespace` narrows a rule of a file that is for a pattern of namespaces.
    private func connect(_ mapping: inout MappingReader, _ rule: inout PolicyRule) {
        guard let node = mapping.entries.first(where: { $0.key == "namespace" }) else { return }
        rule.rooms = mapping.patterns("namespace", .namespace) ?? []
        if rule.namespace.map({ PolicyFile.isPattern($0) }) != true {
            diagnostics.report(
                .conflict, at: node.keyPosition,
                "'namespace' narrows a rule of a file for many namespaces, such as tenant.+.yaml for /tenant/*; this file is for one: remove it"
            )
        }
    }

    /// The id of a rule, which is used once in all files.
    mutating func id(_ mapping: inout MappingReader) -> String? {
        guard let node = mapping.required("id", "chat.users"), let id = mapping.text(node, "id") else { return nil }
        let letters = id.utf8.allSatisfy {
            ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z")) || ($0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z"))
                || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || "._-".utf8.contains($0)
        }
        guard letters, id.utf8.count <= 128 else {
            diagnostics.report(.value, at: node.position, "an id is at most 128 of the characters A-Z a-z 0-9 . _ -")
            return nil
        }
        guard !id.hasPrefix("builtin.") else {
            diagnostics.report(.value, at: node.position, "ids that start with 'builtin.' are Gatehouse's own: choose another")
            return nil
        }
        if let first = ids[id] {
            diagnostics.report(
                .duplicateID, at: node.position, "the id '\(id)' is already that of the rule at \(first): each id is used once in all files"
            )
            return nil
        }
        ids[id] = node.position
        return id
    }

    private func code(_ mapping: inout MappingReader) -> String? {
        guard let node = mapping.take("code"), let code = mapping.text(node, "code") else { return nil }
        let known = ["forbidden", "banned", "unauthorized", "limit", "unavailable"]
        let own =
            code.hasPrefix("app.") && code.utf8.count <= 64
            && code.dropFirst(4).allSatisfy { ("a"..."z").contains($0) || $0 == "_" || $0 == "." }
        guard known.contains(code) || own else {
            diagnostics.report(
                .value, at: node.position, "'code' is one of \(known.joined(separator: ", ")), or your own that starts with 'app.'")
            return nil
        }
        return code
    }

    private func missing(_ key: String, _ example: String, _ mapping: MappingReader) {
        diagnostics.report(.missingKey, at: mapping.position, "'\(mapping.name)' has no '\(key)': add one, such as '\(key): \(example)'")
    }

    private func send(_ mapping: inout MappingReader, _ rule: inout PolicyRule) {
        rule.events = mapping.patterns("event", .event) ?? []
        if !mapping.entries.contains(where: { $0.key == "event" }) { missing("event", "message", mapping) }
        rule.roomAt = mapping.roomLocation("room_at")
        let to = mapping.entries.first { $0.key == "to" }
        rule.rooms = mapping.patterns("to", .room) ?? []
        let joined = mapping.take("joined")
        if let joined {
            if case .scalar("true", quoted: false) = joined.kind {
                rule.joined = true
            } else {
                diagnostics.report(.value, at: joined.position, "'joined' can only be true; leave it out where membership does not matter")
            }
        }
        if !mapping.entries.contains(where: { $0.key == "room_at" }), let user = to?.keyPosition ?? joined?.position {
            diagnostics.report(.missingKey, at: user, "'to' and 'joined' test the room that 'room_at' finds: add 'room_at: /room'")
        }
        rule.maxBytes = mapping.size("max_bytes")
        if rule.effect == .deny {
            if let node = mapping.entries.first(where: { $0.key == "max_bytes" }) {
                diagnostics.report(
                    .conflict, at: node.keyPosition, "'max_bytes' narrows an allow rule; in a deny rule it would let large messages by")
            }
            return
        }
        rule.dto = mapping.text("dto")
        rule.rate = mapping.mapping("rate").flatMap { rate($0) }
        if let node = mapping.takeUnenforced("scope"), var scope = MappingReader(node, "scope", diagnostics) {
            scope.hide("rooms_claim")
            rule.roomsClaim = scope.pointer("rooms_claim")
            scope.finish()
            if scope.entries.isEmpty { diagnostics.report(.missingKey, at: scope.position, "'scope' is empty: remove it") }
        }
    }

    private func rate(_ given: MappingReader) -> EventRate? {
        var mapping = given
        var rate = EventRate()
        rate.connection = mapping.rate("connection")
        rate.user = mapping.rate("user")
        rate.ip = mapping.rate("ip")
        rate.onExceed = mapping.choice("on_exceed", EventRate.Excess.self) ?? .nack
        mapping.finish()
        if !mapping.entries.contains(where: { $0.key != "on_exceed" }) {
            diagnostics.report(
                .missingKey, at: mapping.position, "'rate' needs one of connection, user, ip, such as { connection: 5/s burst 10 }")
        }
        return rate
    }
}
