import GatehouseJSON
import GatehousePolicy
import Testing

@Suite("Decisions") struct DecisionTests {
    @Test("POL-01: without a rule everything is denied")
    func defaultDeny() throws {
        let bundle = try bundle("")
        #expect(bundle.namespace("/other") == nil)
        #expect(!Decision.unknownNamespace(generation: 1).isAllowed)
        let policy = try #require(bundle.namespace("/chat"))
        let grants = policy.grants(for: subject(settings: bundle.global))
        for action in [
            PolicyAction.connect, .join(room: "a"), .send(event: "e", room: "a", isJoined: true, bytes: 0), .receive(event: "e"),
        ] {
            let decision = grants.decide(action, now: 0)
            #expect(decision.effect == .deny && decision.reason == .noMatchingAllow && decision.rule == nil, "\(action)")
        }
    }

    @Test("POL-01: a namespace file without transports or origin lets nobody in")
    func missingSections() throws {
        let header = "apiVersion: gatehouse/v1\nkind: NamespacePolicy\nnamespace: /chat\nrevision: 1\n"
        for (sections, reason) in [
            ("origin: { allow_missing: true }\n", Decision.Reason.transport), ("transports: [websocket]\n", .origin),
        ] {
            let bundle = try PolicyBundle.load(files: [
                PolicyFile(name: "_global.yaml", text: globalText),
                PolicyFile(name: "chat.yaml", text: header + sections + "connect: { allow: [ { id: c } ] }"),
            ])
            let decision = try #require(bundle.namespace("/chat")).grants(for: subject(settings: bundle.global)).decideConnect(now: 0)
            #expect(decision.reason == reason)
        }
    }

    @Test("POL-01: only `anonymous: true` lets somebody without a token in, in every mode", arguments: PolicyMode.allCases)
    func anonymousNeedsRule(mode: PolicyMode) throws {
        let closed = try bundle(
            "connect: { allow: [ { id: c }, { id: d, when: { ip: [\"0.0.0.0/0\"] } }, { id: e, unless: { roles: { any_of: [x] } } } ] }",
            mode: mode.rawValue)
        #expect(!(try #require(closed.namespace("/chat"))).grants(for: anonymous()).decideConnect(now: 0).isAllowed)
        let open = try bundle("connect: { allow: [ { id: c, when: { anonymous: true } } ] }", mode: mode.rawValue)
        let policy = try #require(open.namespace("/chat"))
        #expect(policy.grants(for: anonymous()).decideConnect(now: 0).reason == .allowed)
        #expect(policy.grants(for: subject(settings: open.global)).decideConnect(now: 0).reason == .noMatchingAllow)
    }

    @Test("POL-02: a deny overrides any allow, from either file")
    func denyOverrides() throws {
        let global = globalText + "\ndeny:\n  - { id: g, when: { ip: [\"198.51.100.0/24\"] }, code: banned }\n"
        let bundle = try bundle(
            "rooms: { join: { deny: [ { id: d, room: \"a:*\", when: { roles: { any_of: [user] } } } ], allow: [ { id: a, room: \"**\" } ] } }",
            global: global)
        let policy = try #require(bundle.namespace("/chat"))
        let user = policy.grants(for: subject(settings: bundle.global))
        #expect(policy.ruleID(user.decideJoin(room: "a:b", now: 0)) == "d")
        #expect(user.decideJoin(room: "b", now: 0).isAllowed)
        let banned = policy.grants(for: subject(ip: "::ffff:198.51.100.7", settings: bundle.global))
        for action in [
            PolicyAction.connect, .join(room: "b"), .send(event: "x", room: nil, isJoined: false, bytes: 0), .receive(event: "x"),
        ] {
            let decision = banned.decide(action, now: 0)
            #expect(policy.ruleID(decision) == "g" && decision.effect == .deny)
            #expect(decision.rule.flatMap { policy.rule($0)?.code } == "banned")
        }
    }

    @Test("POL-09: warn and report record what enforce would have done", arguments: [PolicyMode.warn, .report])
    func modes(mode: PolicyMode) throws {
        let body = """
            rooms: { join: { allow: [ { id: a, room: "a" }, { id: b, room: "b" } ], deny: [ { id: d, room: "b" }, { id: e, room: "c" } ] } }
            """
        let strict = try bundle(body), lax = try bundle(body, mode: mode.rawValue)
        let grants = try [strict, lax].map { try #require($0.namespace("/chat")).grants(for: subject(settings: $0.global)) }
        for room in ["a", "b", "c", "x"] {
            let enforced = grants[0].decideJoin(room: room, now: 0), recorded = grants[1].decideJoin(room: room, now: 0)
            #expect(recorded.isAllowed)
            #expect(recorded.wouldDeny == !enforced.isAllowed)
            #expect(recorded.reason == enforced.reason && recorded.rule == enforced.rule, "\(room)")
            if recorded.wouldDeny { #expect(recorded.mode == mode) }
        }
        #expect(lax.relaxations.map(\.mode) == [mode])
        #expect(lax.relaxations.first?.position.description == "chat.yaml:5:1")
    }

    @Test("POL-09: a deny rule on trial changes nothing but the record; global denies are always in force")
    func ruleMode() throws {
        let body =
            "rooms: { join: { allow: [ { id: a, room: a } ], deny: [ { id: d, room: a, mode: report }, { id: e, room: z, mode: warn } ] } }"
        let bundle = try bundle(body)
        let policy = try #require(bundle.namespace("/chat"))
        let grants = policy.grants(for: subject(settings: bundle.global))
        let tried = grants.decideJoin(room: "a", now: 0)
        #expect(tried.isAllowed && tried.wouldDeny && policy.ruleID(tried) == "d" && tried.mode == .report)
        #expect(tried.allowedBy.flatMap { policy.rule($0)?.id } == "a")
        #expect(grants.decideJoin(room: "z", now: 0).reason == .noMatchingAllow)
        let global = globalText + "\ndeny: [ { id: g, when: { ip: [\"127.0.0.1\"] } } ]\n"
        let lax = try GatehousePolicyTests.bundle(body, mode: "report", global: global)
        #expect(!(try #require(lax.namespace("/chat"))).grants(for: subject(settings: lax.global)).decideJoin(room: "a", now: 0).isAllowed)
    }

    @Test("POL-13: HTTP takes the union of origins and transports, CONNECT the namespace's own")
    func union() throws {
        func file(_ name: String, _ transports: String, _ origin: String) -> PolicyFile {
            PolicyFile(
                name: "\(name).yaml",
                text: """
                    apiVersion: gatehouse/v1
                    kind: NamespacePolicy
                    namespace: /\(name)
                    revision: 1
                    transports: [\(transports)]
                    origin: { allow: [\(origin)] }
                    connect: { allow: [ { id: \(name) } ] }
                    """)
        }
        let bundle = try PolicyBundle.load(files: [
            PolicyFile(name: "_global.yaml", text: globalText), file("a", "websocket", "\"https://a.example\""),
            file("b", "polling", "\"https://b.example\""),
        ])
        for (origin, http) in [
            ("https://a.example", true), ("https://b.example", true), ("https://A.example", false), ("null", false),
            ("https://a.example/", false),
        ] {
            #expect(bundle.allowsOrigin(RequestOrigin(origin)) == http)
        }
        #expect(!bundle.allowsOrigin(nil))
        #expect(bundle.allowsTransport(.polling) && bundle.allowsTransport(.websocket))
        func connect(_ namespace: String, _ origin: String?, _ transport: TransportName) throws -> Decision.Reason {
            let subject = subject(origin: RequestOrigin(origin), transport: transport, settings: bundle.global)
            return try #require(bundle.namespace(namespace)).grants(for: subject).decideConnect(now: 0).reason
        }
        #expect(try connect("/a", "https://a.example", .websocket) == .allowed)
        #expect(try connect("/a", "https://b.example", .websocket) == .origin)
        #expect(try connect("/a", "https://a.example", .polling) == .transport)
        #expect(try connect("/a", nil, .websocket) == .origin)
    }

    @Test("POL-08: a decision carries the generation of the bundle whose grants made it")
    func generations() throws {
        let old = try bundle("rooms: { join: { allow: [ { id: a, room: a } ] } }", generation: 7)
        let new = try bundle("rooms: { join: { allow: [ { id: b, room: b } ] } }", generation: 8)
        let grants = try #require(old.namespace("/chat")).grants(for: subject(settings: old.global))
        #expect(grants.decideJoin(room: "a", now: 0).generation == 7)
        let renewed = try #require(new.namespace("/chat")).grants(for: subject(settings: new.global))
        #expect(renewed.decideJoin(room: "a", now: 0).generation == 8)
        #expect(!renewed.decideJoin(room: "a", now: 0).isAllowed)
    }

    @Test("POL-11: sessions of equal receive rights share a class")
    func receiveClasses() throws {
        let bundle = try bundle("receive: { allow: [ { id: a, event: a, when: { roles: { any_of: [user] } } } ] }")
        let policy = try #require(bundle.namespace("/chat"))
        let classes = [("u1", ["user"]), ("u2", ["user", "x"]), ("u3", ["y"])].map {
            policy.grants(for: subject($0.0, roles: $0.1, settings: bundle.global)).receiveClass
        }
        #expect(classes[0] != nil && classes[0] == classes[1] && classes[0] != classes[2])
    }

    @Test("MOD-22: a right is confined to the rooms of its claim, where the token has the claim")
    func scope() throws {
        let bundle = try bundle("send: { allow: [ { id: a, event: room.lock, scope: { rooms_claim: /mod_rooms } } ] }")
        let policy = try #require(bundle.namespace("/chat"))
        let decision = policy.grants(for: subject(settings: bundle.global)).decide(
            .send(event: "room.lock", room: nil, isJoined: false, bytes: 0), now: 0)
        #expect(policy.roomScope(decision, claims: [:]) == .unrestricted)
        #expect(policy.roomScope(decision, claims: ["mod_rooms": .array(["a"])]) == .rooms(["a"]))
        #expect(policy.roomScope(decision, claims: ["mod_rooms": "a"]) == .rooms([]))
        #expect(!policy.roomScope(decision, claims: ["mod_rooms": .array(["a", 1])]).includes("a"))
    }

    @Test("a deny that looks at the room fires where the payload hides it")
    func hiddenRoom() throws {
        let bundle = try bundle("send: { allow: [ { id: a, event: e } ], deny: [ { id: d, event: e, room_at: /room, to: \"staff:*\" } ] }")
        let policy = try #require(bundle.namespace("/chat"))
        let grants = policy.grants(for: subject(settings: bundle.global))
        let event = policy.event("e")
        #expect(grants.decideSend(event: event, room: "lobby", isJoined: false, payloadBytes: 0, now: 0).isAllowed)
        #expect(grants.decideSend(event: event, room: String?.none, isJoined: false, payloadBytes: 0, now: 0).reason == .evaluationError)
    }

    @Test("of several allow rules the one with the widest rate decides, so that another allow never tightens it")
    func rates() throws {
        let bundle = try bundle(
            "send: { allow: [ { id: a, event: e, rate: { connection: 1/s } }, { id: b, event: e, rate: { connection: 5/s } }, { id: c, event: e, rate: { connection: 2/s } } ] }"
        )
        let policy = try #require(bundle.namespace("/chat"))
        let decision = policy.grants(for: subject(settings: bundle.global)).decide(
            .send(event: "e", room: nil, isJoined: false, bytes: 0), now: 0)
        #expect(policy.ruleID(decision) == "b")
        #expect(policy.rate(decision)?.connection == RateLimit(count: 5, burst: 5))
    }
}
