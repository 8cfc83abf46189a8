import GatehouseJSON
import GatehouseNetwork
import GatehousePolicy
import Testing

@Suite("Policies for a pattern of namespaces") struct NamespacePatternPolicyTests {
    private func bundle(_ connect: String, extra: [PolicyFile] = []) throws -> PolicyBundle {
        try PolicyBundle.load(
            files: [
                PolicyFile(name: "_global.yaml", text: globalText),
                PolicyFile(name: "tenant.+.yaml", text: namespaceText("connect: \(connect)", namespace: "/tenant/*")),
            ] + extra)
    }

    private static let own = "{ allow: [ { id: own, namespace: \"/tenant/{/tenant}\", when: { issuer: corp } } ] }"

    @Test(
        "POL-06: a template in a connect rule is one literal segment of the namespace, taken from the token",
        arguments: [
            ("/tenant/acme", "acme", true), ("/tenant/evil", "acme", false), ("/tenant/Acme", "acme", false), ("/tenant/acme", "*", false),
            ("/tenant/*", "*", false), ("/tenant/acme", "acme/x", false), ("/tenant/acme", "", false), ("/tenant/acme", "../acme", false),
            ("/tenant/a.b", "a.b", true), ("/tenant/a", "a.b", false),
        ])
    func template(namespace: String, tenant: String, isAllowed: Bool) throws {
        let bundle = try bundle(Self.own)
        let policy = try #require(bundle.namespaces["/tenant/*"])
        var subject = subject(claims: ["tenant": .string(tenant)], settings: bundle.global)
        subject.namespace = namespace
        #expect(policy.grants(for: subject).decideConnect(now: 0).isAllowed == isAllowed)
        let explanation = policy.explain(.connect, subject: subject, now: 0)
        #expect(explanation.decision.isAllowed == isAllowed)
        let near = explanation.nearMisses.map(\.failed)
        #expect(near == (isAllowed ? [] : ["namespace \(namespace) is not /tenant/{/tenant}"]))
    }

    @Test("POL-01: whoever asks without saying which namespace is refused, a claim that is missing matches nothing")
    func unnamed() throws {
        let bundle = try bundle(Self.own)
        let policy = try #require(bundle.namespaces["/tenant/*"])
        #expect(!policy.grants(for: subject(claims: ["tenant": "acme"], settings: bundle.global)).decideConnect(now: 0).isAllowed)
        var claimless = subject(settings: bundle.global)
        claimless.namespace = "/tenant/acme"
        #expect(!policy.grants(for: claimless).decideConnect(now: 0).isAllowed)
    }

    @Test("POL-02: a deny for some of the namespaces overrides")
    func deny() throws {
        let bundle = try bundle(
            "{ allow: [ { id: all, when: { issuer: corp } } ], deny: [ { id: shut, namespace: [/tenant/closed, /tenant/old] } ] }")
        let policy = try #require(bundle.namespaces["/tenant/*"])
        for (name, rule) in [("/tenant/acme", "all"), ("/tenant/closed", "shut"), ("/tenant/old", "shut"), ("/tenant/closed2", "all")] {
            var subject = subject(settings: bundle.global)
            subject.namespace = name
            #expect(policy.ruleID(policy.grants(for: subject).decideConnect(now: 0)) == rule)
        }
    }

    @Test("a namespace has its own policy, else that of the pattern that it is one of, else none")
    func lookup() throws {
        let bundle = try bundle(
            Self.own,
            extra: [PolicyFile(name: "tenant.main.yaml", text: namespaceText("", namespace: "/tenant/main"))])
        for (name, file) in [
            ("/tenant/acme", "tenant.+.yaml"), ("/tenant/main", "tenant.main.yaml"), ("/tenant/*", "tenant.+.yaml"), ("/tenant", nil),
            ("/tenant/a/b", nil), ("/tenant/", nil), ("tenant/acme", nil), ("/tenant/**", nil), ("", nil), ("/Tenant/acme", nil),
        ] {
            #expect(bundle.namespace(name)?.file == file, "\(name)")
        }
    }

    @Test(
        "what cannot be meant is refused with its place",
        arguments: [
            ("chat.yaml", "/chat", "connect: { allow: [ { id: x, namespace: /chat } ] }", "chat.yaml:8:30", "a file for many namespaces"),
            ("a.+.yaml", "/a/*", "connect: { allow: [ { id: x, namespace: a } ] }", "a.+.yaml:8:41", "starts with '/'"),
            ("a.+.yaml", "/a/*", "connect: { allow: [ { id: x, namespace: /a/b* } ] }", "a.+.yaml:8:41", "a whole segment"),
            ("a.+.yaml", "/a/x", "", "a.+.yaml:3:12", "/a/*"), ("+.yaml", "/*", "", "+.yaml", "no namespace has this file name"),
            ("a.+b.yaml", "/a/*", "", "a.+b.yaml", "no namespace has this file name"),
            ("tenant.+.yaml", "/tenant/*", "", "", ""),
        ])
    func malformed(file: String, namespace: String, body: String, place: String, says: String) throws {
        func load() throws {
            _ = try PolicyBundle.load(files: [
                PolicyFile(name: "_global.yaml", text: globalText), PolicyFile(name: file, text: namespaceText(body, namespace: namespace)),
            ])
        }
        guard !place.isEmpty else { return try load() }
        #expect {
            try load()
        } throws: { error in
            "\(error)".contains(place) && "\(error)".contains(says)
        }
    }

    @Test("two patterns of which one namespace could be are a conflict")
    func overlap() throws {
        let other = PolicyFile(name: "a.b.+.yaml", text: namespaceText("", namespace: "/a/b/*"))
        func load(_ file: String, _ namespace: String) throws {
            _ = try PolicyBundle.load(files: [
                PolicyFile(name: "_global.yaml", text: globalText), other,
                PolicyFile(name: file, text: namespaceText("", namespace: namespace)),
            ])
        }
        try load("a.+.yaml", "/a/*")
        #expect {
            try load("a.+.c.yaml", "/a/*/c")
        } throws: { "\($0)".contains("could be one of") }
    }

    @Test("policy test names one of the namespaces in a case; matrix and replay find the pattern's rules")
    func tools() throws {
        let bundle = try bundle(
            "{ allow: [ { id: own, namespace: \"/tenant/{/tenant}\", when: { issuer: corp } } ] }\nsend: { allow: [ { id: say, event: say } ] }"
        )
        let suites = try PolicyTestSuite.load(files: [
            PolicyFile(
                name: "tests/tenant.+.test.yaml",
                text: """
                    apiVersion: gatehouse/v1
                    kind: PolicyTest
                    suite: tenants
                    namespace: /tenant/acme
                    cases:
                      - { name: own, as: { iss: corp, sub: u, tenant: acme }, do: { connect: true }, expect: { effect: allow, rule: own } }
                      - { name: other, namespace: /tenant/evil, as: { iss: corp, sub: u, tenant: acme }, do: { connect: true }, expect: { effect: deny } }
                      - { name: none, namespace: /else/acme, as: { iss: corp, sub: u, tenant: acme }, do: { connect: true }, expect: { effect: deny, reason: unknown_namespace } }
                    """)
        ])
        let report = bundle.run(suites)
        #expect(report.passed && report.results.count == 3, "\(report.text(coverage: true))")
        #expect(bundle.matrix(namespace: "/tenant/acme")?.rows.map(\.event) == ["say"])
        let replay = PolicyReplay(
            from: bundle, to: try self.bundle("{ allow: [ { id: own, namespace: /tenant/b, when: { issuer: corp } } ] }"))
        let joined = RecordedDecision(
            namespace: "/tenant/acme", act: .connect, issuer: "corp", sub: "u", roles: [], ip: IPAddress("127.0.0.1"),
            transport: .websocket,
            wasAllowed: true, rule: "own", reason: .allowed)
        #expect(replay.outcome(of: joined) == .changed(isAllowed: false, rule: "builtin.default"))
    }
}
