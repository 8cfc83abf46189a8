import Testing

@testable import GatehousePolicy

@Suite("Escalation rules in _moderation.yaml")
struct EscalationRuleTests {
    private static let global = PolicyFile(
        name: "_global.yaml",
        text: """
            apiVersion: gatehouse/v1
            kind: Global
            revision: 1
            issuers: { corp: { iss: "https://corp", audience: [g], jwks_file: k.json, algorithms: [ES256], require: [exp] } }

            """)
    private static let chat = PolicyFile(
        name: "chat.yaml",
        text: """
            apiVersion: gatehouse/v1
            kind: NamespacePolicy
            namespace: /chat
            revision: 1
            transports: [websocket]
            origin: { allow_missing: true }
            connect: { allow: [ { id: c, when: { issuer: corp } } ] }
            send: { allow: [ { id: s, event: report } ] }

            """)

    private func load(_ rules: String, revision: Int = 4, sending event: String = "report") throws(PolicyErrors) -> PolicyBundle {
        let text = "apiVersion: gatehouse/v1\nkind: Moderation\nrevision: \(revision)\nescalation:\n" + rules
        let chat = PolicyFile(
            name: "chat.yaml", text: String(decoding: Self.chat.bytes, as: UTF8.self).replacing("event: report", with: "event: \(event)"))
        return try PolicyBundle.load(files: [Self.global, chat, PolicyFile(name: "_moderation.yaml", text: text)])
    }

    private static let minute: Int64 = 60_000_000_000

    @Test("MOD-69: each kind of rule is read, and the file has a revision of its own")
    func read() throws {
        let bundle = try load(
            """
              - { id: a, namespace: /chat, reports: { of: user, reporters: 5, window: 10m }, mute: { for: 15m, shadow: true } }
              - { id: b, reports: { of: room, reporters: 2, window: 1h }, slow: { interval: 10s, for: 1d } }
              - { id: c, violations: { count: 30, window: 60s }, mute: { for: 28d, scope: everywhere } }

            """)
        let rules = bundle.moderation.escalations
        #expect(rules.map(\.id) == ["a", "b", "c"] && rules.map(\.namespace) == ["/chat", nil, nil])
        #expect(
            rules.map(\.trigger) == [
                .reportsOfUser(reporters: 5, window: 10 * Self.minute), .reportsOfRoom(reporters: 2, window: 60 * Self.minute),
                .violations(count: 30, window: Self.minute),
            ])
        #expect(
            rules.map(\.measure) == [
                .mute(15 * Self.minute, isShadow: true, isEverywhere: false), .slow(interval: 10_000_000_000, 1_440 * Self.minute),
                .mute(28 * 1_440 * Self.minute, isShadow: false, isEverywhere: true),
            ])
        #expect(bundle.files.first { $0.name == "_moderation.yaml" }?.revision == 4)
        #expect(bundle.check().isEmpty, "\(bundle.check())")
    }

    static let mistakes: [(String, String)] = [
        ("{ id: a, mute: { for: 1m } }", "one of 'reports' and 'violations'"),
        ("{ id: a, reports: { of: user, reporters: 2, window: 1m } }", "one of 'mute' and 'slow'"),
        ("{ id: a, reports: { of: user, reporters: 1, window: 1m }, mute: { for: 1m } }", "'reporters' is from 2"),
        ("{ id: a, reports: { of: user, reporters: 2 }, mute: { for: 1m } }", "no 'window'"),
        ("{ id: a, reports: { of: user, reporters: 2, window: 1m }, mute: {} }", ""),
        ("{ id: a, reports: { of: user, reporters: 2, window: 1m }, mute: { shadow: true } }", "no 'for'"),
        ("{ id: a, reports: { of: user, reporters: 2, window: 1m }, mute: { for: 29d } }", "'for' is at most"),
        ("{ id: a, reports: { of: user, reporters: 2, window: 1m }, mute: { for: 10ms } }", "at least 1s"),
        ("{ id: a, reports: { of: room, reporters: 2, window: 1m }, mute: { for: 1m } }", "a room cannot be muted"),
        ("{ id: a, violations: { count: 9, window: 1m }, slow: { interval: 1s, for: 1m } }", "'slow' is for rooms"),
        ("{ id: a, violations: { count: 9, window: 1m }, mute: { for: 1m }, kick: true }", "'kick' is not a member"),
        ("{ id: \"a b\", violations: { count: 9, window: 1m }, mute: { for: 1m } }", "an id is at most 64"),
    ]

    @Test("MOD-69: the file is as strict as the others", arguments: mistakes)
    func strict(_ rule: String, _ words: String) {
        let error = #expect(throws: PolicyErrors.self) { try load("  - \(rule)\n") }
        #expect(words.isEmpty || error?.errors.contains { $0.description.contains(words) } == true, "\(error.map { "\($0.errors)" } ?? "")")
        #expect(error?.errors.allSatisfy { $0.position.file == "_moderation.yaml" && $0.position.line > 0 } == true)
    }

    @Test(
        "MOD-69: two rules of one id are refused; an unknown namespace is an error of the check, and reports that nobody may send a warning"
    )
    func check() throws {
        let rule = "{ id: a, namespace: /chat, reports: { of: user, reporters: 2, window: 1m }, mute: { for: 1m } }"
        #expect(throws: PolicyErrors.self) { try load("  - \(rule)\n  - \(rule)\n") }
        let unknown = try load("  - \(rule.replacing("/chat", with: "/other"))\n").check()
        #expect(unknown.map(\.severity) == [.error] && unknown.first?.message.contains("/other") == true)
        let silent = try load("  - \(rule)\n", sending: "message").check()
        #expect(silent.map(\.severity) == [.warning] && silent.first?.message.contains("lets anybody send 'report' in /chat") == true)
    }

    @Test("POL-22, MOD-69: a changed file needs a greater revision, and policy diff names the rules that differ")
    func changes() throws {
        let rule = "  - { id: a, violations: { count: 9, window: 1m }, mute: { for: 1m } }\n"
        let (old, new) = (try load(rule), try load(rule.replacing("9", with: "8")))
        #expect(new.obstacles(following: old).map(\.position.file) == ["_moderation.yaml"])
        #expect(try load(rule.replacing("9", with: "8"), revision: 5).obstacles(following: old).isEmpty)
        #expect(new.differences(from: old).map(\.members) == [["escalation.a"]])
        #expect(try load("  # moved\n" + rule).differences(from: old).isEmpty)
    }
}
