import GatehouseJSON
import GatehouseNetwork
import GatehousePolicy
import GatehouseTestSupport
import Testing

@Suite("policy diff") struct DifferenceTests {
    @Test("rules that were added, removed or changed are told with the members that changed; where they stand does not matter")
    func rules() throws {
        let old = try bundle("rooms: { join: { allow: [ { id: a, room: a }, { id: b, room: b } ] } }")
        let new = try bundle(
            "rooms: { join: { allow: [ { id: c, room: c },\n { id: b, room: bb, when: { issuer: corp } },\n { id: a, room: a } ] }, max_per_connection: 3 }"
        )
        func told(_ differences: [PolicyDifference]) -> [String] {
            differences.map { "\($0.what) \($0.name) \($0.kind): \($0.members.joined(separator: " "))" }
        }
        #expect(
            told(new.differences(from: old)) == [
                "join allow b changed: when room", "join allow c added: ", "settings of /chat changed: rooms.max_per_connection",
            ])
        #expect(
            told(old.differences(from: new)) == [
                "join allow b changed: when room", "join allow c removed: ", "settings of /chat changed: rooms.max_per_connection",
            ])
        #expect(new.differences(from: old).first?.description.hasPrefix("chat.yaml:9:2: join allow 'b' changed: when, room") == true)
        #expect(old.differences(from: old).isEmpty)
    }

    @Test(
        "every setting that differs is told",
        arguments: [
            ("jwks_file: certs/corp", "jwks_file: certs/other", "issuers.corp"),
            ("audience: [gatehouse]", "audience: [shop]", "issuers.corp"), ("roles: /roles", "roles: /groups", "claims.roles"),
            ("scopes: /scope", "scopes: /scp", "claims.scopes"),
            ("claims:", "limits: { connections: { node: 7 } }\nclaims:", "limits.connections"),
            ("claims:", "limits: { ip: { connects: 1/s } }\nclaims:", "limits.ip"),
            ("claims:", "limits: { ip: { malformed: 1/s } }\nclaims:", "limits.ip"),
            ("claims:", "limits: { ip: { failed_auth_penalty: { ban_after: 50 } } }\nclaims:", "limits.ip"),
            ("claims:", "trusted_proxies: [\"10.0.0.0/8\"]\nclaims:", "trusted_proxies"),
        ])
    func global(from: String, to: String, member: String) throws {
        let differences = try bundle("", global: globalText.replacing(from, with: to)).differences(from: try bundle(""))
        #expect(differences.map(\.name) == ["_global.yaml"] && differences.first?.members == [member])
    }

    @Test(
        "every setting of a namespace that differs is told",
        arguments: [
            ("mode: report", "mode"), ("limits: { payload: 1KiB }", "limits"), ("token: { max_session: 1h }", "token"),
            ("errors: { violations: false }", "errors"), ("send: { approvals: [ { event: drain } ] }", "send.approvals"),
        ])
    func settings(body: String, member: String) throws {
        let isMode = member == "mode"
        let differences = try bundle(isMode ? "" : body, mode: isMode ? "report" : "enforce").differences(from: try bundle(""))
        #expect(differences.map(\.name) == ["/chat"] && differences.first?.members == [member])
    }

    // MARK: Replay

    private func outcome(_ old: String, _ new: String, _ record: RecordedDecision) throws -> PolicyReplay.Outcome {
        PolicyReplay(from: try bundle(old), to: try bundle(new)).outcome(of: record)
    }

    private func sent(
        _ event: String = "e", room: String? = nil, roles: [String]? = ["user"], allowed: Bool, rule: String = "builtin.default",
        reason: Decision.Reason
    ) -> RecordedDecision {
        RecordedDecision(
            namespace: "/chat", act: .send(event: event, room: room), issuer: "corp", sub: "u1", roles: roles,
            ip: IPAddress("127.0.0.1"), transport: .websocket, wasAllowed: allowed, rule: rule, reason: reason)
    }

    private static let scoped = "{ id: a, event: e, when: { scopes: { any_of: [w] } } }"

    @Test("what no changed rule bears on stays, though the log lacks what its rules ask for")
    func untouched() throws {
        let old = "send: { allow: [ \(Self.scoped), { id: b, event: f } ] }", new = "send: { allow: [ \(Self.scoped) ] }"
        #expect(try outcome(old, new, sent(allowed: true, rule: "a", reason: .allowed)) == .same)
        #expect(
            try outcome(old, new, sent("f", allowed: true, rule: "b", reason: .allowed))
                == .changed(isAllowed: false, rule: "builtin.default"))
    }

    @Test("the rule that the record names did match, so its twin does")
    func twins() throws {
        let old = "send: { allow: [ \(Self.scoped) ] }"
        let allowed = sent(allowed: true, rule: "a", reason: .allowed), refused = sent(allowed: false, reason: .noMatchingAllow)
        let denied = "send: { allow: [ \(Self.scoped) ], deny: [ { id: d, event: e, when: { roles: { any_of: [user] } } } ] }"
        #expect(try outcome(old, denied, allowed) == .changed(isAllowed: false, rule: "d"))
        #expect(try outcome(old, denied, refused) == .same)
        let wider = "send: { allow: [ \(Self.scoped), { id: b, event: e, when: { roles: { any_of: [user] } } } ] }"
        #expect(try outcome(old, wider, refused) == .changed(isAllowed: true, rule: "b"))
        #expect(try outcome(old, wider, allowed) == .same)
        // A rule that the older bundle does not have, for somebody else: the refusal stays, since `a` did not match.
        let others = "send: { allow: [ \(Self.scoped), { id: b, event: e, when: { roles: { any_of: [admin] } } } ] }"
        #expect(try outcome(old, others, refused) == .same)
    }

    @Test("what only claims, scopes, sizes or memberships could settle is not told, and why")
    func untold() throws {
        let old = "send: { allow: [ { id: a, event: e } ] }"
        let record = sent(room: "r", allowed: true, rule: "a", reason: .allowed)
        for (condition, unknown) in [
            ("when: { scopes: { any_of: [w] } }", "scopes"), ("when: { claims: { \"/t\": { equals: x } } }", "claims"),
            ("when: { auth: { max_age: 1m } }", "auth"), ("room_at: /room, joined: true", "joined"), ("max_bytes: 1KiB", "max_bytes"),
            ("room_at: /room, to: \"{/tenant}\"", "claims of a template"),
        ] {
            #expect(
                try outcome(old, "send: { allow: [ { id: a, event: e, \(condition) } ] }", record)
                    == .untold(rule: "a", unknown: [unknown]))
        }
        #expect(
            try outcome(old, "send: { allow: [ { id: a, event: e, room_at: /room, to: \"x:{/tenant}\" } ] }", record)
                == .changed(isAllowed: false, rule: "builtin.default"))
        let absent = sent(roles: nil, allowed: true, rule: "a", reason: .allowed)
        #expect(
            try outcome(old, "send: { allow: [ { id: a, event: e, when: { roles: { any_of: [user] } } } ] }", absent)
                == .untold(rule: "a", unknown: ["roles"]))
    }

    @Test("a decision by a rule that the older bundle does not have is none of its decisions")
    func foreign() throws {
        let old = "send: { allow: [ { id: a, event: e } ] }"
        #expect(try outcome(old, "", sent(allowed: true, rule: "zz", reason: .allowed)) == .foreign)
    }

    @Test("a rule that is put in force, or on trial, changes what it decided")
    func modes() throws {
        let trial = "send: { allow: [ { id: a, event: e } ], deny: [ { id: d, event: e, mode: report } ] }"
        let force = "send: { allow: [ { id: a, event: e } ], deny: [ { id: d, event: e } ] }"
        var watched = sent(allowed: true, rule: "d", reason: .denyRule)
        watched.isWatched = true
        #expect(try outcome(trial, force, watched) == .changed(isAllowed: false, rule: "d"))
        #expect(try outcome(force, trial, sent(allowed: false, rule: "d", reason: .denyRule)) == .changed(isAllowed: true, rule: "a"))
    }

    @Test("a namespace that goes lets nobody in; a transport or an Origin that goes refuses who used it")
    func connect() throws {
        let body = "connect: { allow: [ { id: c, when: { scopes: { any_of: [x] } } } ] }"
        let old = try bundle(body)
        var record = RecordedDecision(
            namespace: "/chat", act: .connect, issuer: "corp", sub: "u1", roles: [], origin: "https://app.example.com", transport: .polling,
            wasAllowed: true, rule: "c", reason: .allowed)
        let gone = try PolicyBundle.load(files: [PolicyFile(name: "_global.yaml", text: globalText)])
        #expect(PolicyReplay(from: old, to: gone).outcome(of: record) == .changed(isAllowed: false, rule: "builtin.default"))
        func narrowed(_ from: String, _ to: String) throws -> PolicyBundle {
            try PolicyBundle.load(files: [
                PolicyFile(name: "_global.yaml", text: globalText),
                PolicyFile(name: "chat.yaml", text: namespaceText(body).replacing(from, with: to)),
            ])
        }
        let noPolling = PolicyReplay(from: old, to: try narrowed("[websocket, polling]", "[websocket]"))
        #expect(noPolling.outcome(of: record) == .changed(isAllowed: false, rule: "builtin.default"))
        record.transport = .websocket
        #expect(noPolling.outcome(of: record) == .same)
        let other = PolicyReplay(from: old, to: try narrowed("https://app.example.com", "https://b.example"))
        #expect(other.outcome(of: record) == .changed(isAllowed: false, rule: "builtin.default"))
        record.issuer = nil
        (record.wasAllowed, record.rule, record.reason) = (false, "builtin.default", .noMatchingAllow)
        #expect(other.outcome(of: record) == .same)
    }

    @Test("what is told of recorded decisions is what the newer bundle decides, on generated bundles; what is untold is the lesser part")
    func generated() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of the replay test: \(seed)")
        var random = SeededRandom(seed: seed)
        var told = 0, untold = 0, changed = 0
        for _ in 0..<300 {
            var old = GeneratedPolicy(rules: 6, using: &random)
            old.mode = random.pick(["enforce", "enforce", "report"])
            var new = old
            new.rules[Int.random(in: 0..<6, using: &random)] = GeneratedPolicy.rule("x", using: &random)
            if random.chance(10) { new.mode = random.pick(["enforce", "report"]) }
            let before = try old.load(), after = try new.load()
            let replay = PolicyReplay(from: before, to: after)
            for _ in 0..<20 {
                let subject = GeneratedPolicy.subject(before.global, using: &random)
                let action = GeneratedPolicy.action(using: &random)
                guard let (record, isAllowed) = try recorded(action, subject, before, after) else { continue }
                switch replay.outcome(of: record) {
                case .same where record.wasAllowed == isAllowed: told += 1
                case .changed(isAllowed, _) where record.wasAllowed != isAllowed:
                    told += 1
                    changed += 1
                case .untold: untold += 1
                case let outcome:
                    Issue.record("seed \(seed): \(outcome) of \(record), but \(isAllowed)\n\(subject)\n\(old)\n\(new)")
                    return
                }
            }
        }
        #expect(told > untold && changed > 20, "\(told) told, \(untold) not, \(changed) changed")
    }

    /// The record that the older bundle's decision leaves in a log, and whether the newer one allows.
    private func recorded(
        _ action: PolicyAction, _ subject: Subject, _ before: PolicyBundle, _ after: PolicyBundle
    ) throws -> (RecordedDecision, Bool)? {
        let act: RecordedDecision.Act
        switch action {
        case .connect: act = .connect
        case .join(let room): act = .join(room: room)
        case .send(let event, let room, _, _): act = .send(event: event, room: room)
        case .receive: return nil
        }
        let policies = try (#require(before.namespace("/chat")), #require(after.namespace("/chat")))
        let decision = policies.0.grants(for: subject).decide(action, now: GeneratedPolicy.now)
        var roles: [String]? = []
        if case .value(let words) = subject.roles { roles = words }
        if act == .connect, !decision.isAllowed { roles = nil }
        let record = RecordedDecision(
            namespace: "/chat", act: act, issuer: subject.issuer, sub: subject.sub, roles: roles, ip: subject.ip,
            origin: subject.origin.text,
            transport: subject.transport, wasAllowed: decision.isAllowed, isWatched: decision.wouldDeny,
            rule: policies.0.ruleID(decision), reason: decision.reason)
        return (record, policies.1.grants(for: subject).decide(action, now: GeneratedPolicy.now).isAllowed)
    }
}
