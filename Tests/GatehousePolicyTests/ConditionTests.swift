import GatehouseJSON
import GatehousePolicy
import Testing

@Suite("Conditions") struct ConditionTests {
    private static let cases: [(String, JSONValue, Bool?)] = [
        ("equals: acme", "acme", true), ("equals: acme", "evil", false), ("equals: acme", 1, nil), ("equals: acme", .array(["acme"]), nil),
        ("equals: true", true, true), ("equals: true", false, false), ("equals: true", "true", nil), ("equals: true", 1, nil),
        ("equals: 3", 3, true), ("equals: 3", .number(3.0), true), ("equals: 3", .number(3.5), false), ("equals: 3", "3", nil),
        ("equals: \"3\"", "3", true), ("equals: \"3\"", 3, nil), ("equals: 3.5", .number(3.5), true), ("equals: -2", -2, true),
        ("in: [a, b]", "b", true), ("in: [a, b]", "c", false), ("in: [a, 2]", 2, true), ("in: [a, 2]", 3, false), ("in: [a]", 3, nil),
        ("exists: true", .null, true), ("exists: false", .null, false), ("gte: 3", 3, true), ("gte: 3", 2, false), ("gte: 3", "4", nil),
        ("lte: 3", 3, true), ("lte: 3", .number(3.01), false), ("gte: 1, lte: 3", 2, true), ("gte: 1, lte: 3", 4, false),
        ("equals: acme", .null, nil), ("equals: \"é\"", "e\u{301}", false),
        ("gte: 999999999999999", .integer(999_999_999_999_998), false),
    ]

    /// nil: an error, which is no match in an allow rule and a match in a deny rule (POL-04).
    @Test("POL-04: claims are compared by type; another type is an error", arguments: cases.indices)
    func claims(index: Int) throws {
        let (test, value, expected) = Self.cases[index]
        let condition = "when: { claims: { \"/c\": { \(test) } } }"
        let bundle = try bundle(
            """
            receive:
              allow: [ { id: all, event: denied }, { id: a, event: allowed, \(condition) } ]
              deny: [ { id: d, event: denied, \(condition) } ]
            """)
        let policy = try #require(bundle.namespace("/chat"))
        let grants = policy.grants(for: subject(claims: ["c": value], settings: bundle.global))
        #expect(grants.decideReceive(event: policy.event("allowed"), now: 0).isAllowed == (expected ?? false))
        let denied = grants.decideReceive(event: policy.event("denied"), now: 0)
        #expect(denied.isAllowed == !(expected ?? true))
        #expect(denied.reason == (expected == nil ? .evaluationError : expected == true ? .denyRule : .allowed))
    }

    @Test("a missing claim makes a member false, so that `unless` holds")
    func missing() throws {
        let bundle = try bundle(
            """
            receive:
              allow: [ { id: a, event: a, when: { claims: { "/x/y": { equals: 1 } } } }, { id: b, event: b, unless: { claims: { "/x/y": { equals: 1 } } } } ]
            """)
        let policy = try #require(bundle.namespace("/chat"))
        let grants = policy.grants(for: subject(settings: bundle.global))
        #expect(!grants.decideReceive(event: policy.event("a"), now: 0).isAllowed)
        #expect(grants.decideReceive(event: policy.event("b"), now: 0).isAllowed)
    }

    @Test(
        "auth.max_age is measured at the time of the decision",
        arguments: [(1_000, true), (1_060, true), (1_061, false), (Int64.max, false), (940, true), (939, false), (Int64.min, false)])
    func age(now: Int64, fresh: Bool) throws {
        let bundle = try bundle(
            "receive: { allow: [ { id: a, event: a, when: { auth: { max_age: 60s } } }, { id: b, event: b, unless: { auth: { max_age: 60s } } } ] }"
        )
        let policy = try #require(bundle.namespace("/chat"))
        let grants = policy.grants(for: subject(claims: ["auth_time": 1_000], settings: bundle.global))
        #expect(grants.decideReceive(event: policy.event("a"), now: now).isAllowed == fresh)
        #expect(grants.decideReceive(event: policy.event("b"), now: now).isAllowed == !fresh)
        #expect(grants.receiveClass == nil)
    }

    private static let wrongTypes: [(String, JSONValue)] = [
        ("roles: { any_of: [user] }", ["roles": 1]), ("scopes: { any_of: [r] }", ["scope": true]),
        ("roles: { any_of: [user] }", ["roles": .null]), ("scopes: { any_of: [r] }", ["scope": .object(["r": true])]),
        ("scopes: { any_of: [r] }", ["scope": .array(["r", .array(["w"])])]),
        ("auth: { max_age: 60s }", ["auth_time": "0"]), ("auth: { amr_any: [mfa] }", ["amr": "mfa"]),
        ("auth: { acr_any: [gold] }", ["acr": 1]),
        ("roles: { any_of: [user] }", ["roles": .array(["user", 1])]),
    ]

    @Test("POL-04: roles, scopes and authentication claims of the wrong type are errors", arguments: wrongTypes.indices)
    func wrongType(index: Int) throws {
        let (condition, claims) = Self.wrongTypes[index]
        let bundle = try bundle(
            "receive: { allow: [ { id: a, event: a, when: { \(condition) } }, { id: b, event: b } ], deny: [ { id: d, event: b, when: { \(condition) } } ] }"
        )
        let policy = try #require(bundle.namespace("/chat"))
        let grants = policy.grants(for: subject(roles: nil, claims: claims, settings: bundle.global))
        #expect(!grants.decideReceive(event: policy.event("a"), now: 0).isAllowed)
        #expect(grants.decideReceive(event: policy.event("b"), now: 0).reason == .evaluationError)
    }

    @Test(
        "Roles and scopes are an array of texts, or one text with spaces between them", arguments: ["roles", "scopes"],
        [
            ("user", true), ("user editor", true), ("editor user", true), ("  editor  user ", true), ("users", false), ("User", false),
            ("", false), ("editor,user", false), ("editor\tuser", false), (["user"], true), (["editor", "user"], true),
            (["user", "editor"], true), (["editor user"], false), ([], false),
        ] as [(JSONValue, Bool)])
    func words(kind: String, row: (value: JSONValue, holds: Bool)) throws {
        let bundle = try bundle("receive: { allow: [ { id: a, event: a, when: { \(kind): { any_of: [user] } } } ] }")
        let policy = try #require(bundle.namespace("/chat"))
        let claim = kind == "roles" ? "roles" : "scope"
        let grants = policy.grants(for: subject(roles: nil, claims: [claim: row.value], settings: bundle.global))
        #expect(grants.decideReceive(event: policy.event("a"), now: 0).isAllowed == row.holds)
    }

    @Test("An issuer's own pointers go before those of the file, each by itself")
    func ownPointers() throws {
        let global = globalText.replacing(
            "claims:",
            with:
                "  own: { iss: \"https://o\", audience: [a], jwks_file: s.json, algorithms: [ES256], claims: { roles: /groups } }\nclaims:")
        let bundle = try bundle(
            "connect: { allow: [ { id: c, when: { roles: { any_of: [user] }, scopes: { any_of: [r] } } } ] }", global: global)
        let policy = try #require(bundle.namespace("/chat"))
        for (issuer, claims, isAllowed) in [
            ("own", ["groups": "user", "scope": "r"], true), ("own", ["roles": ["user"], "scope": "r"], false),
            ("own", ["groups": "user", "scp": "r"], false), ("corp", ["roles": ["user"], "scope": "r"], true),
            ("corp", ["groups": "user", "scope": "r"], false),
        ] as [(String, JSONObject, Bool)] {
            let subject = subject(roles: nil, claims: .object(claims), issuer: issuer, settings: bundle.global)
            #expect(policy.grants(for: subject).decideConnect(now: 0).isAllowed == isAllowed, "\(issuer) \(claims)")
        }
    }

    @Test("SEC-15: an issuer condition tells two issuers with the same sub apart")
    func issuers() throws {
        let global = globalText.replacing(
            "claims:", with: "  staff: { iss: \"https://s\", audience: [a], jwks_file: s.json, algorithms: [ES256] }\nclaims:")
        let bundle = try bundle("connect: { allow: [ { id: c, when: { issuer: staff } } ] }", global: global)
        let policy = try #require(bundle.namespace("/chat"))
        #expect(policy.grants(for: subject(issuer: "staff", settings: bundle.global)).decideConnect(now: 0).isAllowed)
        #expect(!policy.grants(for: subject(issuer: "corp", settings: bundle.global)).decideConnect(now: 0).isAllowed)
    }
}
