import GatehouseJSON
import GatehouseNetwork
import Testing

@testable import GatehousePolicy

@Suite("The rules for back ends, _api.yaml")
struct ApiRuleTests {
    private static let global = """
        apiVersion: gatehouse/v1
        kind: Global
        revision: 1
        issuers:
          corp: { iss: "https://corp.example", audience: [gatehouse], jwks_file: corp.json, algorithms: [ES256] }
          backends: { iss: "https://backends.example", audience: [gatehouse], jwks_file: backends.json, algorithms: [ES256] }
        claims: { roles: /roles, scopes: /scope }

        """

    private static func namespace(_ name: String, _ prefix: String) -> String {
        """
        apiVersion: gatehouse/v1
        kind: NamespacePolicy
        namespace: \(name)
        revision: 1
        transports: [websocket]
        origin: { allow_missing: true }
        connect: { allow: [ { id: \(prefix).connect, when: { issuer: corp } } ] }

        """
    }

    private func load(_ body: String, deny: String = "", revision: Int = 1) throws(PolicyErrors) -> PolicyBundle {
        try PolicyBundle.load(files: [
            PolicyFile(name: "_global.yaml", text: Self.global + deny),
            PolicyFile(name: "shop.yaml", text: Self.namespace("/shop", "shop")),
            PolicyFile(name: "root.yaml", text: Self.namespace("/", "root")),
            PolicyFile(name: "admin.yaml", text: Self.namespace("/admin", "admin")),
            PolicyFile(name: "_api.yaml", text: "apiVersion: gatehouse/v1\nkind: ApiPolicy\nrevision: \(revision)\n" + body),
        ])
    }

    private func caller(
        _ sub: String = "orders", scope: String? = "orders.publish", issuer: String = "backends", claims: JSONValue = [:],
        ip: String = "127.0.0.1", in bundle: PolicyBundle
    ) -> Subject {
        subject(sub, roles: nil, scope: scope, claims: claims, issuer: issuer, ip: ip, transport: .polling, settings: bundle.global)
    }

    private static let orders = """
        allow:
          - id: api.orders
            calls: [emit]
            when: { issuer: backends, scopes: { all_of: [orders.publish] } }
            namespaces: [/shop]
            rooms: ["order:*", "desk:{/desk}"]
            events: ["order.*"]
            max_bytes: 1KiB
            rate: { subject: 100/s burst 200 }

        """

    @Test("BCK-02: the file is read, with a revision of its own, and its limits for idempotency")
    func read() throws {
        let bundle = try load(Self.orders + "idempotency: { window: 1h, keys: 1000, keys_per_subject: 10 }\n", revision: 7)
        let rule = try #require(bundle.api.rules.first)
        #expect(rule.id == "api.orders" && rule.calls == [.emit] && rule.maxBytes == 1_024 && bundle.api.isGiven)
        #expect(rule.rate == ApiRate(subject: RateLimit(count: 100, burst: 200), issuer: nil))
        #expect(bundle.api.idempotency.window == 3_600_000_000_000)
        #expect(bundle.api.idempotency.keys == 1_000 && bundle.api.idempotency.keysPerSubject == 10)
        #expect(bundle.files.first { $0.name == "_api.yaml" }?.revision == 7)
        #expect(bundle.check().isEmpty, "\(bundle.check())")
    }

    @Test(
        "BCK-02: what no rule allows is refused, and each part of the rule narrows it",
        arguments: [
            (ApiAction(.emit, namespace: "/shop", rooms: ["order:1"], event: "order.paid"), "orders.publish", Decision.Reason.allowed),
            (ApiAction(.emit, namespace: "/shop", rooms: ["order:1", "order:2"], event: "order.paid"), "orders.publish", .allowed),
            (ApiAction(.emit, namespace: "/shop", rooms: ["desk:north"], event: "order.paid"), "orders.publish", .allowed),
            (ApiAction(.emit, namespace: "/shop", rooms: ["desk:south"], event: "order.paid"), "orders.publish", .noMatchingAllow),
            (ApiAction(.emit, namespace: "/shop", rooms: ["order:1", "lobby"], event: "order.paid"), "orders.publish", .noMatchingAllow),
            (ApiAction(.emit, namespace: "/shop", rooms: ["order:1"], event: "user.gone"), "orders.publish", .noMatchingAllow),
            (ApiAction(.emit, namespace: "/shop", rooms: [], event: "order.paid"), "orders.publish", .roomMissing),
            (ApiAction(.emit, namespace: "/", rooms: ["order:1"], event: "order.paid"), "orders.publish", .noMatchingAllow),
            (ApiAction(.emit, namespace: "/shop", rooms: ["order:1"], event: "order.paid"), "orders.read", .noMatchingAllow),
            (ApiAction(.emit, namespace: "/shop", rooms: ["order:1"], event: "order.paid", bytes: 1_025), "orders.publish", .tooLarge),
            (ApiAction(.emit, namespace: "/shop", rooms: ["order:\u{301}"], event: "order.paid"), "orders.publish", .invalidName),
            (ApiAction(.presence, namespace: "/shop", rooms: ["order:1"]), "orders.publish", .noMatchingAllow),
            (ApiAction(.disconnect, namespace: "/shop", rooms: ["order:1"]), "orders.publish", .noMatchingAllow),
        ])
    func decide(_ action: ApiAction, _ scope: String, _ reason: Decision.Reason) throws {
        let bundle = try load(Self.orders)
        let decision = bundle.decide(action, for: caller(scope: scope, claims: ["desk": "north"], in: bundle), now: 0)
        #expect(decision.reason == reason && decision.isAllowed == (reason == .allowed))
        #expect(decision.rule == (reason == .allowed ? "api.orders" : nil))
    }

    @Test("BCK-02: another issuer's token with the same scopes opens nothing, and without the file nobody calls")
    func others() throws {
        let action = ApiAction(.emit, namespace: "/shop", rooms: ["order:1"], event: "order.paid")
        let bundle = try load(Self.orders)
        #expect(!bundle.decide(action, for: caller(issuer: "corp", in: bundle), now: 0).isAllowed)
        let without = try PolicyBundle.load(files: [PolicyFile(name: "_global.yaml", text: Self.global)])
        #expect(!without.api.isGiven && !without.decide(action, for: caller(in: without), now: 0).isAllowed)
    }

    @Test("BCK-02: a deny rule overrides, reaches the whole namespace that has its room, and fires where it cannot be evaluated")
    func deny() throws {
        let bundle = try load(
            """
            allow:
              - id: api.all
                calls: [emit, presence, rooms]
                when: { issuer: backends }
                namespaces: [/shop, /]
                whole_namespace: true
                events: ["**"]
            deny:
              - { id: api.no-vault, rooms: ["vault:*"], namespaces: [/shop] }
              - { id: api.suspended, when: { claims: { "/suspended": { equals: true } } } }

            """)
        func reason(_ action: ApiAction, _ claims: JSONValue = [:]) -> String {
            let decision = bundle.decide(action, for: caller(claims: claims, in: bundle), now: 0)
            return "\(decision.rule ?? "-") \(decision.reason.rawValue)"
        }
        #expect(reason(ApiAction(.presence, namespace: "/shop", rooms: ["a"])) == "api.all allow_rule")
        #expect(reason(ApiAction(.presence, namespace: "/shop", rooms: ["a", "vault:1"])) == "api.no-vault deny_rule")
        #expect(reason(ApiAction(.emit, namespace: "/shop", event: "x")) == "api.no-vault deny_rule")
        #expect(reason(ApiAction(.emit, namespace: "/", event: "x")) == "api.all allow_rule")
        #expect(reason(ApiAction(.emit, namespace: "/", event: "x"), ["suspended": true]) == "api.suspended deny_rule")
        #expect(reason(ApiAction(.emit, namespace: "/", event: "x"), ["suspended": "yes"]) == "api.suspended evaluation_error")
        let grants = ApiGrants(bundle, .rooms, in: "/shop", subject: caller(in: bundle), now: 0)
        #expect(grants.decideList().isAllowed && grants.mayList("a") && !grants.mayList("vault:1"))
    }

    @Test("BCK-02: the deny rules of _global.yaml hold for calls, and staff's namespace is open to none")
    func global() throws {
        let body = """
            allow:
              - { id: api.every, calls: [emit], when: { issuer: backends }, namespaces: ["/*"], whole_namespace: true, events: ["*"] }

            """
        let action = ApiAction(.emit, namespace: "/shop", event: "x")
        let bundle = try load(body, deny: "deny:\n  - { id: g.local, unless: { ip: [\"127.0.0.0/8\"] }, code: banned }\n")
        #expect(bundle.decide(action, for: caller(in: bundle), now: 0).isAllowed)
        let denied = bundle.decide(action, for: caller(ip: "192.0.2.1", in: bundle), now: 0)
        #expect(denied == ApiDecision(effect: .deny, reason: .denyRule, rule: "g.local", code: "banned"))
        for namespace in ["/admin", "/admin-ui"] {
            let staff = ApiAction(.emit, namespace: namespace, event: "x")
            #expect(bundle.decide(staff, for: caller(in: bundle), now: 0).reason == .noMatchingAllow)
        }
    }

    @Test("BCK-02: an authentication that must be fresh grows old")
    func fresh() throws {
        let bundle = try load(
            "allow:\n  - { id: a, calls: disconnect, when: { issuer: backends, auth: { max_age: 60s } }, namespaces: /shop, whole_namespace: true }\n"
        )
        let (action, caller) = (ApiAction(.disconnect, namespace: "/shop"), caller(claims: ["auth_time": 1_000], in: bundle))
        #expect(bundle.decide(action, for: caller, now: 1_060).isAllowed)
        #expect(!bundle.decide(action, for: caller, now: 1_061).isAllowed)
    }

    static let mistakes: [(String, String)] = [
        ("{ id: a, when: { issuer: backends }, namespaces: /shop, rooms: a, events: b }", "no 'calls'"),
        ("{ id: a, calls: [emit], namespaces: /shop, rooms: a, events: b }", "says whose tokens count"),
        ("{ id: a, calls: [emit], when: { scopes: { any_of: [x] } }, namespaces: /shop, rooms: a, events: b }", "says whose tokens count"),
        ("{ id: a, calls: [emit], when: { issuer: nobody }, namespaces: /shop, rooms: a, events: b }", "is no issuer"),
        ("{ id: a, calls: [emit], when: { issuer: backends }, rooms: a, events: b }", "no 'namespaces'"),
        ("{ id: a, calls: [emit], when: { issuer: backends }, namespaces: /shop, events: b }", "has 'rooms'"),
        ("{ id: a, calls: [emit], when: { issuer: backends }, namespaces: /shop, rooms: a }", "no 'events'"),
        ("{ id: a, calls: [rooms], when: { issuer: backends }, namespaces: /shop, rooms: a, events: b }", "is for the call 'emit'"),
        ("{ id: a, calls: [publish], when: { issuer: backends }, namespaces: /shop, rooms: a }", "lists some of: emit"),
        ("{ id: a, calls: [rooms], when: { issuer: backends }, namespaces: /admin, rooms: a }", "/admin is for staff"),
        (
            "{ id: a, calls: [rooms], when: { issuer: backends, transport: polling }, namespaces: /shop, rooms: a }",
            "'transport' means nothing"
        ),
        ("{ id: a, calls: [rooms], when: { issuer: backends }, namespaces: /shop, rooms: a, rate: {} }", "'rate' needs"),
        ("{ id: a, calls: [rooms], when: { issuer: backends }, namespaces: /shop, rooms: a, whole_namespace: false }", "can only be true"),
        ("{ id: a, calls: [rooms], when: { issuer: backends }, namespaces: shop, rooms: a }", "it starts with '/'"),
        ("{ id: a, calls: [rooms], when: { issuer: backends }, namespaces: /shop, rooms: a, mode: warn }", "'mode' is not a member"),
        ("{ id: shop.connect, calls: [rooms], when: { issuer: backends }, namespaces: /shop, rooms: a }", "already that of the rule at"),
    ]

    @Test("BCK-02: the file is as strict as the others", arguments: mistakes)
    func strict(_ rule: String, _ words: String) {
        let error = #expect(throws: PolicyErrors.self) { try load("allow:\n  - \(rule)\n") }
        #expect(error?.errors.contains { $0.description.contains(words) } == true, "\(error.map { "\($0.errors)" } ?? "")")
    }

    @Test("BCK-02: policy check finds unknown namespaces and rules that are wider than they look")
    func check() throws {
        let unknown = try load(Self.orders.replacing("/shop", with: "/store")).check()
        #expect(unknown.map(\.severity) == [.error] && unknown.first?.message.contains("'/store'") == true)
        let wide = try load(
            "allow:\n  - { id: a, calls: rooms, when: { issuer: backends }, namespaces: /shop, rooms: \"**\" }\n"
        ).check()
        #expect(wide.map(\.severity) == [.warning, .warning, .warning], "\(wide)")
    }

    @Test("POL-22, POL-44, BCK-02: a changed file needs a greater revision, policy diff names its rules, and a new right to call is a gain")
    func changes() throws {
        let (old, new) = (try load(Self.orders), try load(Self.orders.replacing("order.*", with: "*.*")))
        #expect(new.obstacles(following: old).map(\.position.file) == ["_api.yaml"])
        #expect(new.differences(from: old).map(\.members) == [["api.orders"]])
        #expect(try load("# moved\n" + Self.orders).differences(from: old).isEmpty)
        func gains(_ issuer: String, _ bundle: PolicyBundle) -> [String] {
            bundle.gains(for: caller(issuer: issuer, in: bundle), over: old, in: "/admin", now: 0).map(\.description)
        }
        #expect(gains("backends", new) == ["call 'api.orders' by api.orders"])
        #expect(gains("corp", new).isEmpty && gains("backends", old).isEmpty)
    }
}
