import GatehouseJSON

/// Reads `*.test.yaml`.
struct PolicyTestReader {
    let diagnostics: Diagnostics

    func read(_ file: PolicyFile) -> PolicyTestSuite? {
        guard let root = YAMLReader.read(file.bytes, file: file.name, diagnostics: diagnostics),
            var mapping = MappingReader(root, "policy test", diagnostics)
        else { return nil }
        HeaderReader.expect("apiVersion", "gatehouse/v1", &mapping)
        HeaderReader.expect("kind", "PolicyTest", &mapping)
        let name = mapping.required("suite", "chat").flatMap { mapping.text($0, "suite") } ?? ""
        // `tests/chat.test.yaml` speaks of /chat unless it says otherwise.
        let stem = file.name.split(separator: "/").last.map { String($0.dropLast(".test.yaml".utf8.count)) } ?? ""
        let namespace = mapping.text("namespace") ?? PolicyFile.namespace(ofFile: stem + ".yaml") ?? ""
        var suite = PolicyTestSuite(name: name, file: file.name, namespace: namespace, cases: [])
        if let node = mapping.take("cases"), let items = mapping.items(node, "cases") {
            suite.cases = items.compactMap { testCase($0) }
        }
        if let node = mapping.take("table") { suite.table = table(node) }
        mapping.finish()
        return suite
    }

    private func testCase(_ node: YAMLNode) -> PolicyTestSuite.Case? {
        guard var mapping = MappingReader(node, "case", diagnostics) else { return nil }
        let name = mapping.required("name", "user posts to his room").flatMap { mapping.text($0, "name") }
        let actorNode = mapping.required("as", "{ iss: corp, sub: u1, roles: [user] }")
        let actor = actorNode.flatMap { PolicyActorReader(diagnostics: diagnostics).read($0) }
        let namespace = mapping.text("namespace")
        let action = mapping.required("do", "{ send: message, to: room }").flatMap { self.action($0, joined: actor?.joined ?? []) }
        let expectation = mapping.required("expect", "{ effect: allow }").flatMap { self.expectation($0) }
        mapping.finish()
        guard let name, let actor, let action, let expectation else { return nil }
        return .init(name: name, position: node.position, namespace: namespace, actor: actor, action: action, expectation: expectation)
    }

    private func action(_ node: YAMLNode, joined: [String]) -> PolicyAction? {
        guard var mapping = MappingReader(node, "do", diagnostics) else { return nil }
        defer { mapping.finish() }
        let connect = mapping.bool("connect")
        let join = mapping.text("join")
        let send = mapping.text("send")
        let receive = mapping.text("receive")
        let room = mapping.text("to")
        let bytes = mapping.size("bytes").flatMap { Int(exactly: $0) } ?? 0
        switch (connect, join, send, receive) {
        case (true, nil, nil, nil): return .connect
        case (nil, .some(let room), nil, nil): return .join(room: room)
        case (nil, nil, .some(let event), nil):
            return .send(event: event, room: room, isJoined: room.map { joined.containsBytes(of: $0) } ?? false, bytes: bytes)
        case (nil, nil, nil, .some(let event)): return .receive(event: event)
        default:
            diagnostics.report(
                .value, at: node.position, "'do' is one of { connect: true }, { join: ROOM }, { send: EVENT, to: ROOM }, { receive: EVENT }"
            )
            return nil
        }
    }

    private func expectation(_ node: YAMLNode) -> PolicyTestSuite.Expectation? {
        guard var mapping = MappingReader(node, "expect", diagnostics) else { return nil }
        let effect = mapping.choice("effect", Effects.self)
        if !mapping.entries.contains(where: { $0.key == "effect" }) { _ = mapping.required("effect", "deny") }
        let result = PolicyTestSuite.Expectation(
            effect: effect == .allow ? .allow : .deny, rule: mapping.text("rule"), reason: mapping.choice("reason", Decision.Reason.self),
            wouldDeny: mapping.bool("would_deny"))
        mapping.finish()
        return effect == nil ? nil : result
    }

    private enum Effects: String, CaseIterable { case allow, deny }

    private func table(_ node: YAMLNode) -> PolicyTestSuite.Table? {
        guard var mapping = MappingReader(node, "table", diagnostics) else { return nil }
        let roles = mapping.texts("roles")
        let events = mapping.take("events").flatMap { MappingReader($0, "events", diagnostics) }
        mapping.finish()
        guard let roles, let events else {
            diagnostics.report(.missingKey, at: node.position, "'table' needs 'roles: [user]' and 'events: { message: [allow] }'")
            return nil
        }
        let rows: [PolicyTestSuite.Table.Row] = events.entries.compactMap { entry in
            var row = MappingReader(YAMLNode(kind: .mapping([entry]), position: entry.keyPosition), "events", diagnostics)
            guard let cells = row?.choices(entry.key, Effects.self) else { return nil }
            guard cells.count == roles.count else {
                diagnostics.report(
                    .value, at: entry.value.position, "'\(entry.key)' has \(cells.count) cells for \(roles.count) roles: write one a role")
                return nil
            }
            return .init(event: entry.key, position: entry.keyPosition, cells: cells.map { $0 == .allow ? .allow : .deny })
        }
        return .init(position: node.position, roles: roles, rows: rows)
    }
}
