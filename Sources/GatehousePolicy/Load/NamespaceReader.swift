import GatehouseJSON

/// Reads the file of one namespace.
struct NamespaceReader {
    let diagnostics: Diagnostics

    struct Result {
        var namespace: String
        var revision: Int64
        var settings = NamespaceSettings()
        var rules: [PolicyRule] = []
        var modePosition: SourcePosition?
        var position: SourcePosition
    }

    /// - Parameter expected: the namespace that the file's name stands for.
    func read(_ root: YAMLNode, expected: String, rules reader: inout RuleReader) -> Result? {
        guard var mapping = MappingReader(root, "namespace policy", diagnostics) else { return nil }
        let revision = HeaderReader.read(&mapping, kind: "NamespacePolicy") ?? 0
        if let node = mapping.required("namespace", expected), let given = mapping.text(node, "namespace"), given != expected {
            diagnostics.report(
                .conflict, at: node.position, "this file's name stands for namespace \(expected): rename the file or write that here")
        }
        var result = Result(namespace: expected, revision: revision, position: root.position)
        result.modePosition = mapping.entries.first { $0.key == "mode" }?.keyPosition
        result.settings.mode = mapping.choice("mode", PolicyMode.self) ?? .enforce
        result.settings.transports = mapping.choices("transports", TransportName.self) ?? []
        if let origin = mapping.mapping("origin") { result.settings.origin = self.origin(origin) }
        sections(&mapping, &result, &reader)
        if let limits = mapping.mapping("limits") { result.settings.limits = LimitsReader().read(limits) }
        if let token = mapping.mapping("token") { result.settings.token = self.token(token) }
        if let errors = mapping.mapping("errors") { result.settings.namesViolations = namesViolations(errors, namespace: expected) }
        let keeping = KeepingReader(diagnostics: diagnostics, namespace: expected)
        result.settings.recovery = mapping.mapping("recovery").flatMap(keeping.recovery)
        result.settings.history = mapping.mapping("history").flatMap(keeping.history)
        result.settings.presence = mapping.mapping("presence").flatMap(keeping.presence)
        mapping.finish()
        return result
    }

    private func namesViolations(_ given: MappingReader, namespace: String) -> Bool {
        var mapping = given
        let node = mapping.entries.first { $0.key == "violations" }
        let names = mapping.bool("violations") ?? true
        mapping.finish()
        if !names, namespace == "/admin" {
            diagnostics.report(
                .notSupported, at: node?.keyPosition ?? mapping.position,
                "staff must see violations (VAL-32): remove 'violations: false'")
        }
        return names
    }

    private func sections(_ mapping: inout MappingReader, _ result: inout Result, _ reader: inout RuleReader) {
        func lists(_ section: inout MappingReader, _ kind: PolicyRule.Section) {
            for effect in [PolicyRule.Effect.allow, .deny] {
                if let node = section.take(effect.rawValue) {
                    result.rules += reader.list(node, effect, kind, namespace: result.namespace)
                }
            }
        }
        if var connect = mapping.mapping("connect") {
            lists(&connect, .connect)
            connect.finish()
        }
        if var rooms = mapping.mapping("rooms") {
            if var join = rooms.mapping("join") {
                lists(&join, .join)
                join.finish()
            }
            result.settings.maxRoomsPerConnection = rooms.count("max_per_connection", 1...1_024)
            rooms.finish()
        }
        if var send = mapping.mapping("send") {
            lists(&send, .send)
            if let node = send.takeUnenforced("approvals"), let items = send.items(node, "approvals") {
                result.settings.approvals = items.compactMap { approval($0) }
            }
            send.finish()
        }
        if var receive = mapping.mapping("receive") {
            lists(&receive, .receive)
            receive.finish()
        }
    }

    private func approval(_ node: YAMLNode) -> ApprovalRule? {
        guard var mapping = MappingReader(node, "approval", diagnostics) else { return nil }
        let hasEvent = mapping.entries.contains { $0.key == "event" }
        if !hasEvent { _ = mapping.required("event", "[drain]") }
        let rule = ApprovalRule(
            events: mapping.patterns("event", .event) ?? [], needs: mapping.count("needs", 2...2) ?? 2,
            distinctSubjects: mapping.bool("distinct_subjects") ?? true, expires: mapping.span("expires") ?? 300_000_000_000,
            position: node.position)
        mapping.finish()
        if !rule.distinctSubjects {
            diagnostics.report(
                .notSupported, at: node.position, "'distinct_subjects: false' would let a person approve their own request: remove it")
        }
        return rule
    }

    private func origin(_ given: MappingReader) -> OriginPolicy {
        var mapping = given
        var origin = OriginPolicy()
        let node = mapping.entries.first { $0.key == "allow" }?.value
        for text in mapping.texts("allow", mayBeEmpty: true) ?? [] {
            do throws(OriginPattern.Misspelling) {
                origin.allow.append(try OriginPattern(text))
            } catch {
                diagnostics.report(.value, at: node?.position ?? mapping.position, error.message)
            }
        }
        origin.sameOrigin = mapping.bool("same_origin") ?? false
        origin.allowMissing = mapping.bool("allow_missing") ?? false
        mapping.finish()
        return origin
    }

    private func token(_ given: MappingReader) -> TokenPolicy {
        var mapping = given
        var token = TokenPolicy()
        token.onExpiry = mapping.choice("on_expiry", TokenPolicy.Expiry.self) ?? .disconnect
        if var refresh = mapping.mapping("refresh") {
            token.refreshWindow = refresh.span("window")
            refresh.finish()
            if token.onExpiry == .disconnect {
                diagnostics.report(
                    .conflict, at: refresh.position, "'refresh' has no effect with 'on_expiry: disconnect': write on_expiry: refresh")
            }
        }
        token.maxSession = mapping.span("max_session")
        mapping.finish()
        return token
    }
}
