import GatehouseJSON
import GatehouseNetwork
import GatehousePolicy
import GatehouseTestSupport
import Testing

@Suite("policy test, explain, check and matrix") struct ToolTests {
    private func load(_ suffix: String) throws -> (PolicyBundle, [PolicyTestSuite]) {
        let directory = policiesDirectory + suffix
        return (
            try PolicyBundle.load(directory: directory, options: .init(checkModes: false)),
            try PolicyTestSuite.load(directory: directory, checkModes: false)
        )
    }

    @Test("the shipped suites pass, golden matrix included", arguments: ["", "/examples/production"])
    func suites(suffix: String) throws {
        let (bundle, suites) = try load(suffix)
        let report = bundle.run(suites)
        #expect(!report.results.isEmpty)
        #expect(report.passed, "\(report.text(coverage: true))")
    }

    @Test("every rule of the shipped sets decides in some case of its suites", arguments: ["", "/examples/production"])
    func coverage(suffix: String) throws {
        let (bundle, suites) = try load(suffix)
        let report = bundle.run(suites)
        #expect(report.uncovered.isEmpty, "\(report.text(coverage: true))")
        #expect(report.coverage == 1)
    }

    @Test(
        "SEC-31, MOD-21: of what the production example asks of staff nothing may be missing",
        arguments: [
            ("", true), ("issuer", false), ("roles", false), ("amr", false), ("age", false), ("ip", false), ("transport", false),
            ("origin", false),
        ])
    func factors(missing: String, isAllowed: Bool) throws {
        let bundle = try PolicyBundle.load(directory: policiesDirectory + "/examples/production", options: .init(checkModes: false))
        var actor = PolicyTestSuite.Actor()
        actor.issuer = missing == "issuer" ? "corp" : "staff"
        actor.sub = "mo"
        actor.roles = [missing == "roles" ? "user" : "moderator"]
        actor.claims["amr"] = [missing == "amr" ? "pwd" : "mfa"]
        actor.authAge = missing == "age" ? 3_600 : 300
        actor.ip = try #require(IPAddress(missing == "ip" ? "192.0.2.1" : "10.1.2.3"))
        actor.transport = missing == "transport" ? .polling : .websocket
        actor.origin = missing == "origin" ? "https://app.example.com" : "https://ops.example.com"
        let subject = try #require(bundle.subject(actor))
        let policy = try #require(bundle.namespace("/admin"))
        #expect(policy.grants(for: subject).decideConnect(now: 1_700_000_000).isAllowed == isAllowed)
    }

    private let failing = """
        apiVersion: gatehouse/v1
        kind: PolicyTest
        suite: a <b>
        namespace: /chat
        cases:
          - { name: "x & \\"y\\"", as: { iss: corp, sub: u1, roles: [user] }, do: { join: z }, expect: { effect: allow } }
          - { name: passes, as: { iss: corp, sub: u1 }, do: { join: a }, expect: { effect: allow, rule: own } }
        table: { roles: [user], events: { message: [allow] } }
        """

    @Test("a failure tells what came instead and which condition failed; text, JSON and JUnit agree on the counts")
    func report() throws {
        let bundle = try bundle(
            "rooms: { join: { allow: [ { id: own, room: a }, { id: near, room: z, when: { roles: { any_of: [admin] } } } ] } }")
        let suites = try PolicyTestSuite.load(files: [PolicyFile(name: "tests/a.test.yaml", text: failing)])
        let report = bundle.run(suites)
        #expect(report.failures.count == 2 && report.results.count == 3)
        #expect(report.text().contains("tests/a.test.yaml:6:5"))
        #expect(report.text().contains("fails at roles: any_of [admin]"))
        #expect(report.text(coverage: true).contains("1 of 2 rules"))
        let json = try JSONValue(parsing: report.json)
        #expect(json["failed"] == 2 && json["passed"] == 1)
        #expect(report.junit.contains("<testsuites tests=\"3\" failures=\"2\">"))
        #expect(report.junit.contains("name=\"x &amp; &quot;y&quot;\""))
        #expect(report.junit.contains("a &lt;b&gt;"))
    }

    @Test("a suite with a mistake is refused with its place")
    func malformedSuite() {
        for (text, place) in [
            ("do: { jump: a }", "t.test.yaml:5:62"), ("expect: { effect: maybe }", "t.test.yaml:5:75"),
        ] {
            let document =
                "apiVersion: gatehouse/v1\nkind: PolicyTest\nsuite: t\ncases:\n  - { name: a, as: { iss: corp, sub: u1, roles: [user] }, \(text) }\n"
            #expect {
                try PolicyTestSuite.load(files: [PolicyFile(name: "t.test.yaml", text: document)])
            } throws: { "\($0)".contains(place.split(separator: ":").dropLast().joined(separator: ":")) }
        }
    }

    @Test("POL-31: an explanation names the deciding rule and the first failing condition of each near miss")
    func explain() throws {
        let bundle = try bundle(
            """
            send:
              allow:
                - { id: a, event: m, room_at: /room, to: "x:{sub}", joined: true, when: { scopes: { all_of: [w] }, roles: { any_of: [admin] } } }
                - { id: b, event: m, room_at: /room, max_bytes: 1KiB }
                - { id: c, event: other }
                - { id: d, event: m, room_at: /room, when: { claims: { "/n": { gte: 3 } } } }
            """)
        let policy = try #require(bundle.namespace("/chat"))
        let mo = subject("u1", roles: ["user"], scope: "w", claims: ["n": "x"], settings: bundle.global)
        let explanation = policy.explain(.send(event: "m", room: "x:u1", isJoined: true, bytes: 2_000), subject: mo, now: 0)
        #expect(explanation.decision.reason == .tooLarge && explanation.rule == "builtin.default")
        #expect(explanation.nearMisses.map(\.id) == ["a", "b", "d"])
        #expect(explanation.nearMisses[0].failed == "roles: any_of [admin]")
        #expect(explanation.nearMisses[1].failed.contains("2000 is over 1024"))
        #expect(explanation.nearMisses[2].failed.contains("cannot be evaluated"))
        let small = policy.explain(.send(event: "m", room: "x:u1", isJoined: true, bytes: 10), subject: mo, now: 0)
        #expect(small.rule == "b" && small.text.contains("allow b (chat.yaml:"))
        #expect(policy.explain(.connect, subject: anonymous(), now: 0).nearMisses.isEmpty)
    }

    @Test("an explanation's outcomes agree with the decision on generated policies")
    func explanationAgrees() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of the explanation test: \(seed)")
        var random = SeededRandom(seed: seed)
        for _ in 0..<150 {
            let generated = GeneratedPolicy(rules: 6, using: &random)
            let bundle = try generated.load()
            let policy = try #require(bundle.namespace("/chat"))
            for _ in 0..<6 {
                let subject = GeneratedPolicy.subject(bundle.global, using: &random)
                let action = GeneratedPolicy.action(using: &random)
                let explanation = policy.explain(action, subject: subject, now: GeneratedPolicy.now)
                let matching = explanation.lines.filter { $0.outcome == .matched && $0.rule.effect == .allow }.map(\.rule.id)
                if explanation.decision.reason == .allowed { #expect(matching.contains(explanation.rule), "seed \(seed)") }
                if explanation.decision.reason == .noMatchingAllow {
                    #expect(matching.isEmpty, "seed \(seed): \(explanation.text)\n\(generated)\n\(subject)")
                }
            }
        }
    }

    @Test(
        "policy check finds what a reviewer should see",
        arguments: [
            ("send: { allow: [ { id: a, event: \"**\" } ] }", "everything below it"),
            ("send: { allow: [ { id: a, event: \"*\" } ] }", "every name of one segment"),
            ("connect: { allow: [ { id: a } ] }", "every valid token"),
            ("connect: { allow: [ { id: a, when: { anonymous: true } } ] }", "without a token"),
            ("rooms: { join: { allow: [ { id: a, room: \"a:*\" }, { id: b, room: \"a:b\" } ] } }", "'b' adds nothing: 'a'"),
            ("rooms: { join: { allow: [ { id: b, room: \"a:b\" } ], deny: [ { id: d, room: \"a:*\" } ] } }", "'d' (chat.yaml"),
            (
                "rooms: { join: { deny: [ { id: a, room: \"a:*\" }, { id: b, room: \"a:b\", when: { roles: { any_of: [user] } } } ] } }",
                "'b' adds nothing"
            ),
            ("rooms: { join: { deny: [ { id: a, room: \"a\", mode: report } ] } }", "mode report"),
            // Conditions that cover each other without being the same.
            (
                "send: { allow: [ { id: a, event: e, when: { roles: { any_of: [user, admin] } } }, { id: b, event: e, when: { roles: { any_of: [admin] }, issuer: corp } } ] }",
                "'b' adds nothing: 'a'"
            ),
            (
                "send: { allow: [ { id: a, event: e, when: { ip: [\"10.0.0.0/8\"] } }, { id: b, event: e, when: { ip: [\"10.1.0.0/16\"] } } ] }",
                "'b' adds nothing: 'a'"
            ),
            (
                "send: { allow: [ { id: b, event: e, when: { claims: { \"/t\": { equals: x } } } } ], deny: [ { id: d, event: e, when: { claims: { \"/t\": { in: [x, z] } } } } ] }",
                "'b' never matches: 'd'"
            ),
            (
                "send: { allow: [ { id: a, event: e, unless: { roles: { all_of: [x, z] } } }, { id: b, event: e, unless: { roles: { any_of: [x] } } } ] }",
                "'b' adds nothing: 'a'"
            ),
            (
                "send: { allow: [ { id: a, event: e, when: { auth: { max_age: 5m } }, unless: { auth: { max_age: 1h } } } ] }",
                "whenever its 'when' does"
            ),
            // Rules for people who are never there.
            (
                "connect: { allow: [ { id: c, when: { issuer: corp } } ] }\nsend: { allow: [ { id: a, event: e, when: { anonymous: true } } ] }",
                "no 'connect' rule lets anybody in without a token"
            ), ("", "no 'connect' allow rule"),
        ])
    func check(body: String, says: String) throws {
        let findings = try bundle(body).check()
        #expect(findings.contains { $0.message.contains(says) && $0.position.file == "chat.yaml" }, "\(findings)")
    }

    @Test(
        "policy check tells of trusted proxies that are most of the internet, and of no others",
        arguments: [
            (["0.0.0.0/0"], ["0.0.0.0/0"]), (["::/0"], ["::/0"]), (["10.0.0.0/8", "::ffff:0:0/96", "::/1"], ["0.0.0.0/0", "::/1"]),
            (["128.0.0.0/7"], ["128.0.0.0/7"]), (["::/80"], ["::/80"]), (["2000::/15"], ["2000::/15"]),
            (["10.0.0.0/8", "2001::/16", "fd00::/16", "192.0.2.7"], []), ([], []),
        ])
    func proxies(blocks: [String], told: [String]) throws {
        let list = blocks.map { "\"\($0)\"" }.joined(separator: ", ")
        let found = try bundle("", global: globalText + "\ntrusted_proxies: [\(list)]\n").check().filter {
            $0.message.contains("trusted_proxies")
        }
        #expect(found.count == told.count && zip(found, told).allSatisfy { $0.message.contains("'\($1)'") }, "\(found)")
        for finding in found {
            #expect(finding.severity == .warning && finding.position.file == "_global.yaml" && finding.position.line > 1)
        }
    }

    @Test("policy check is silent where there is nothing to say")
    func clean() throws {
        for suffix in ["", "/examples/production"] {
            let findings = try load(suffix).0.check()
            #expect(findings.isEmpty, "\(findings)")
        }
        let body = """
            connect: { allow: [ { id: c, when: { issuer: corp } } ] }
            rooms: { join: { allow: [ { id: a, room: "a:*", when: { roles: { any_of: [user] } } }, { id: b, room: "a:b" } ] } }
            send:
              allow:
                - { id: e, event: e, when: { roles: { any_of: [user] } } }
                - { id: f, event: e, when: { roles: { any_of: [user, admin] }, scopes: { any_of: [w] } } }
                - { id: g, event: e, when: { claims: { "/n": { gte: 3 } } } }
                - { id: h, event: e, unless: { roles: { any_of: [user] } } }
                - { id: i, event: e, when: { auth: { max_age: 1h } }, unless: { auth: { max_age: 5m } } }
            """
        #expect(try bundle(body).check().isEmpty)
    }

    @Test("policy check: a rule for an issuer that no connect rule lets in never matches")
    func shutOut() throws {
        let global = globalText.replacing(
            "claims:", with: "  staff: { iss: \"https://staff.example\", audience: [a], jwks_file: f, algorithms: [ES256] }\nclaims:")
        let body =
            "connect: { allow: [ { id: c, when: { issuer: corp } } ] }\nsend: { allow: [ { id: a, event: e, when: { issuer: staff } } ] }"
        #expect(try bundle(body, global: global).check().map(\.message) == ["'a' never matches: no 'connect' rule lets tokens of staff in"])
        #expect(try bundle(body.replacing("{ issuer: corp }", with: "{ issuer: [corp, staff] }"), global: global).check().isEmpty)
        // In a mode that refuses nobody it does match.
        #expect(!(try bundle(body, mode: "report", global: global).check()).contains { $0.message.contains("never matches") })
    }

    @Test(
        "policy check: a deny rule whose 'unless' cannot be told holds all the same, so it is not called one that never matches",
        arguments: [
            ("allow", "claims: { /n: { gte: 3 } }", true), ("deny", "claims: { /n: { gte: 3 } }", false),
            ("deny", "roles: { any_of: [a] }", false), ("deny", "ip: [10.0.0.0/8]", false), ("deny", "auth: { amr_any: [mfa] }", false),
            ("deny", "claims: { /n: { exists: true } }", true), ("deny", "issuer: corp", true), ("deny", "transport: websocket", true),
        ])
    func undecided(_ effect: String, _ condition: String, _ isTold: Bool) throws {
        let rule = "{ id: r, event: e, when: { \(condition) }, unless: { \(condition) } }"
        let body = "connect: { allow: [ { id: c, when: { issuer: corp } } ] }\nsend: { \(effect): [ \(rule) ] }"
        let findings = try bundle(body).check().map(\.message).filter { $0.hasPrefix("'r'") }
        #expect(findings == (isTold ? ["'r' never matches: its 'unless' holds whenever its 'when' does"] : []))
    }

    @Test("policy check: a test for values of more types than another is not implied by it")
    func types() throws {
        func findings(_ wide: String) throws -> Int {
            let rules =
                "{ id: narrow, event: e, when: { claims: { /c: { equals: a } } } }, "
                + "{ id: wide, event: e, when: { claims: { /c: { in: [\(wide)] } } } }"
            let body = "connect: { allow: [ { id: c, when: { issuer: corp } } ] }\nsend: { deny: [ \(rules) ] }"
            return try bundle(body).check().count { $0.message.hasPrefix("'narrow' adds nothing") }
        }
        #expect(try findings("a, b") == 1)
        #expect(try findings("a, true") == 0)
    }

    @Test(
        "policy check: a rule that says something of its own is not called one that adds nothing",
        arguments: [
            // An age is not looked at where something else cannot be told.
            (
                "deny", "event: e, when: { roles: { any_of: [user] }, auth: { max_age: 60s } }",
                "event: e, when: { auth: { max_age: 60s } }",
                false
            ),
            (
                "deny", "event: e, when: { issuer: corp, roles: { any_of: [user] } }, unless: { auth: { max_age: 60s } }",
                "event: e, when: { issuer: corp }, unless: { auth: { max_age: 60s } }", false
            ),
            (
                "allow", "event: e, unless: { auth: { max_age: 200s } }",
                "event: e, unless: { roles: { any_of: [user] }, auth: { max_age: 100s } }", false
            ),
            ("deny", "event: e, when: { auth: { max_age: 60s } }", "event: e, when: { auth: { max_age: 60s } }", true),
            // What the client is told.
            ("deny", "event: e, when: { issuer: corp }, code: app.own", "event: e", false),
            ("deny", "event: e, when: { issuer: corp }, code: app.own", "event: e, code: app.own", true),
            // Where the room is.
            ("allow", "event: e, room_at: /room, to: \"a:*\"", "event: e", false),
            ("allow", "event: e, room_at: /room, to: \"a:*\"", "event: e, room_at: /room", true),
        ])
    func ofItsOwn(_ effect: String, _ narrow: String, _ wide: String, _ isTold: Bool) throws {
        let rules = "{ id: narrow, \(narrow) }, { id: wide, \(wide) }"
        let body = "connect: { allow: [ { id: c, when: { issuer: corp } } ] }\nsend: { \(effect): [ \(rules) ] }"
        let findings = try bundle(body).check().map(\.message).filter { $0.contains("adds nothing") }
        #expect(findings.isEmpty != isTold, "\(findings)")
    }

    @Test("policy check: what it says never matches or adds nothing does so, on generated policies")
    func findingsHold() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of the findings test: \(seed)")
        var random = SeededRandom(seed: seed)
        var told = 0
        for _ in 0..<300 {
            let generated = GeneratedPolicy(rules: 10, using: &random)
            let bundle = try generated.load()
            for finding in bundle.check() where finding.message.contains("never matches") || finding.message.contains("adds nothing") {
                let id = String(finding.message.dropFirst().prefix { $0 != "'" })
                guard generated.rules.contains(where: { $0.id == id }) else { continue }
                var without = generated
                without.rules.removeAll { $0.id == id }
                let other = try without.load()
                told += 1
                for _ in 0..<30 {
                    let subject = GeneratedPolicy.subject(bundle.global, using: &random)
                    let action = GeneratedPolicy.action(using: &random)
                    let policies = (try #require(bundle.namespace("/chat")), try #require(other.namespace("/chat")))
                    // Whoever may not enter is not asked further.
                    guard policies.0.grants(for: subject).decideConnect(now: GeneratedPolicy.now).isAllowed || action == .connect else {
                        continue
                    }
                    let answers = (
                        policies.0.grants(for: subject).decide(action, now: GeneratedPolicy.now).isAllowed,
                        policies.1.grants(for: subject).decide(action, now: GeneratedPolicy.now).isAllowed
                    )
                    guard answers.0 == answers.1 else {
                        Issue.record("seed \(seed): \(finding) but \(answers) for \(action) \(subject)\n\(generated)")
                        return
                    }
                }
            }
        }
        #expect(told > 30)
    }

    @Test("MDL-33: where a gateway serves users only, a rule that lets in clients without a token is an error", arguments: [true, false])
    func guests(isForUsers: Bool) throws {
        let bundle = try bundle(
            "connect: { allow: [ { id: users, when: { issuer: corp } }, { id: guests, when: { anonymous: true } } ] }\n"
                + "send: { allow: [ { id: a, event: message } ] }")
        let routes = ["/chat": [RouteCatalogue.Route(event: "message", dto: nil, hasRoom: false)]]
        let findings = bundle.check(against: RouteCatalogue(routes, forUsers: isForUsers ? ["/chat"] : ["/x"]))
        let found = findings.filter { $0.severity == .error }.map(\.message)
        #expect(found.count == (isForUsers ? 1 : 0))
        #expect(found.allSatisfy { $0.hasPrefix("'guests' lets in clients without a token") })
    }

    @Test("policies and routes are checked against each other")
    func routes() throws {
        let bundle = try bundle(
            "connect: { allow: [ { id: c, when: { issuer: corp } } ] }\nsend: { allow: [ { id: a, event: message, dto: Chat }, { id: b, event: ghost } ] }"
        )
        func findings(_ routes: [String: [RouteCatalogue.Route]]) -> [String] {
            bundle.check(against: RouteCatalogue(routes)).map(\.description)
        }
        let clean = RouteCatalogue.Route(event: "ghost", dto: nil, hasRoom: false)
        let all = findings([
            "/chat": [.init(event: "message", dto: "Other", hasRoom: true), .init(event: "orphan", dto: nil, hasRoom: false)], "/x": [],
        ])
        for words in [
            "the DTO Chat for 'message'", "'orphan' has no allow rule", "event 'ghost', which no gateway", "names a room and no rule",
            "a gateway for /x",
        ] {
            #expect(all.contains { $0.contains(words) }, "\(words): \(all)")
        }
        #expect(findings(["/chat": [.init(event: "message", dto: "Chat", hasRoom: false), clean]]).isEmpty)
        #expect(findings([:]).contains { $0.contains("no gateway of the program is mounted at /chat") })
    }

    @Test("the matrix of a namespace is written as a test's table and holds in it")
    func matrix() throws {
        let (bundle, _) = try load("")
        let matrix = try #require(bundle.matrix(namespace: "/admin"))
        #expect(matrix.roles == ["anonymous", "admin", "auditor", "moderator", "viewer"])
        let text = "apiVersion: gatehouse/v1\nkind: PolicyTest\nsuite: admin\nnamespace: /admin\n" + matrix.yaml
        let suites = try PolicyTestSuite.load(files: [PolicyFile(name: "m.test.yaml", text: text)])
        let report = bundle.run(suites)
        #expect(report.passed && report.results.count == matrix.rows.count * matrix.roles.count)
        #expect(bundle.matrix(namespace: "/nothing") == nil)
    }

    @Test("the matrices of the example files, as a reviewer has read them")
    func goldenMatrices() throws {
        let (bundle, _) = try load("/examples/production")
        #expect(
            bundle.matrix(namespace: "/chat")?.yaml == """
                table:
                  roles: [anonymous, moderator, user]
                  events:
                    join: [deny, allow, allow]
                    leave: [deny, allow, allow]
                    message: [deny, allow, allow]
                    report: [deny, allow, allow]
                    typing: [deny, allow, allow]

                """)
        let columns = [
            "admin auditor moderator viewer": ["staff.self"],
            "admin moderator viewer": [
                "act.list", "ban.list", "feed.subscribe", "feed.unsubscribe", "lock.list", "mute.list", "report.list", "room.get",
                "room.list", "session.get", "session.list", "stats", "user.get",
            ],
            "admin auditor": ["audit.head", "audit.query", "audit.verify"],
            "admin moderator": [
                "act.bulk", "act.undo", "message.redact", "note.add", "note.remove", "report.claim", "report.resolve", "room.evict",
                "room.lock",
                "room.slow", "room.unlock", "session.kick", "user.mute", "user.unmute",
            ],
            "admin": [
                "announce", "approval.grant", "approval.list", "approval.reject", "ban.add", "ban.remove", "drain", "policy.explain",
                "policy.matrix",
                "policy.reload", "policy.rollback", "policy.status", "token.revoke", "token.revoke_all", "user.reauth",
            ],
        ]
        let matrix = try #require(bundle.matrix(namespace: "/admin"))
        #expect(matrix.roles == ["anonymous", "admin", "auditor", "moderator", "viewer"])
        var actual: [String: [String]] = [:]
        for row in matrix.rows {
            actual[zip(matrix.roles, row.cells).filter { $0.1 == .allow }.map(\.0).joined(separator: " "), default: []].append(row.event)
        }
        #expect(actual == columns)
    }

    @Test("POL-22: a changed file must raise its revision")
    func revisions() throws {
        let one = try bundle("rooms: { max_per_connection: 1 }"), same = try bundle("rooms: { max_per_connection: 1 }"),
            other = try bundle("")
        #expect(same.obstacles(following: one).isEmpty)
        #expect(other.obstacles(following: one).map(\.file) == ["chat.yaml"])
        #expect(one.sha256 == same.sha256 && one.sha256 != other.sha256 && one.sha256.utf8.count == 64)
    }

    @Test(
        "actions of `policy explain --do`",
        arguments: [
            ("connect", PolicyAction.connect), ("join:a:b", .join(room: "a:b")),
            ("send:m", .send(event: "m", room: nil, isJoined: false, bytes: 0)),
            ("send:m@a:b", .send(event: "m", room: "a:b", isJoined: true, bytes: 0)), ("receive:m", .receive(event: "m")), ("", nil),
            ("send:", nil),
            ("leap:a", nil), ("connect:x", nil), ("send:@a", nil),
        ] as [(String, PolicyAction?)])
    func actions(text: String, action: PolicyAction?) { #expect(PolicyAction(parsing: text) == action) }
}
