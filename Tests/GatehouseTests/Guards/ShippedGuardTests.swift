import GatehouseJSON
import GatehousePolicy
import GatehouseTestSupport
import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite("Guards that are shipped")
struct ShippedGuardTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        let tested: any Guard
        var roles: [String] = ["user"]
        var claims: JSONObject = [:]
        var payload: JSONValue = [:]
        /// Why it is refused; `nil` where it is allowed.
        let refused: String?

        init(
            _ name: String, _ tested: any Guard, roles: [String] = ["user"], claims: JSONObject = [:], payload: JSONValue = [:],
            refused: String? = nil
        ) {
            (testDescription, self.tested, self.roles) = (name, tested, roles)
            (self.claims, self.payload, self.refused) = (claims, payload, refused)
        }
    }

    private static let now = TestClock.start / 1_000

    private static func authenticated(_ ago: Int64, amr: JSONValue = ["pwd", "mfa"]) -> JSONObject {
        ["auth_time": .integer(now - ago), "amr": amr]
    }

    private static let fresh = AuthenticationGuard.mfa(within: .seconds(300))

    static let roleCases: [Case] = [
        Case("one of the roles", RoleGuard.anyRole("user", "admin")),
        Case("none of the roles", RoleGuard.anyRole("admin"), refused: "role_missing"),
        Case("another spelling of a role", RoleGuard.anyRole("caf\u{e9}"), roles: ["cafe\u{301}"], refused: "role_missing"),
        Case("all roles", RoleGuard.allRoles("a", "b"), roles: ["b", "x", "a"]),
        Case("all roles but one", RoleGuard.allRoles("a", "b"), roles: ["b"], refused: "role_missing"),
        Case("no role is asked for", RoleGuard.allRoles(), refused: "role_missing"),
        Case("none of no roles", RoleGuard.anyRole(), refused: "role_missing"),
        Case("roles of the wrong type", RoleGuard.anyRole("user"), roles: [unreadable], refused: "guard_error"),
        Case("not roles of the wrong type", CombinedGuard.not(.anyRole("guest")), roles: [unreadable], refused: "guard_error"),
        Case("one of the scopes", ScopeGuard.anyScope("read", "write"), claims: ["scope": "write admin"]),
        Case("none of the scopes", ScopeGuard.anyScope("read"), claims: ["scope": "write"], refused: "scope_missing"),
        Case("no scopes at all", ScopeGuard.anyScope("read"), refused: "scope_missing"),
        Case("all scopes", ScopeGuard.allScopes("read", "write"), claims: ["scope": ["write", "read"]]),
        Case("all scopes but one", ScopeGuard.allScopes("read", "write"), claims: ["scope": "read"], refused: "scope_missing"),
        Case("scopes of the wrong type", ScopeGuard.anyScope("read"), claims: ["scope": 1], refused: "guard_error"),
        Case("not scopes of the wrong type", CombinedGuard.not(.allScopes("x")), claims: ["scope": [1]], refused: "guard_error"),
        Case(
            "in combination", CombinedGuard.allOf(.anyOf(.anyRole("admin"), .anyScope("read")), .not(.anyRole("guest"))),
            claims: ["scope": "read"]),
    ]

    static let ownerCases: [Case] = [
        Case("the subject", OwnerGuard.owner(of: "/value"), payload: ["value": "alice"]),
        Case("another subject", OwnerGuard.owner(of: "/value"), payload: ["value": "bob"], refused: "not_owner"),
        Case("the subject, deeper", OwnerGuard.owner(of: "/value/by"), payload: ["value": ["by": "alice"]]),
        Case("no field", OwnerGuard.owner(of: "/value"), refused: "owner_missing"),
        Case("a field that is no text", OwnerGuard.owner(of: "/value"), payload: ["value": 1], refused: "forbidden"),
        Case("not, and a field that is no text", CombinedGuard.not(.owner(of: "/value")), payload: ["value": nil], refused: "forbidden"),
        Case("not the owner", CombinedGuard.not(.owner(of: "/value")), payload: ["value": "bob"]),
        Case("a claim", OwnerGuard.owner(of: "/value", claim: "/account/id"), claims: ["account": ["id": "7"]], payload: ["value": "7"]),
        Case(
            "not the subject where a claim is asked for", OwnerGuard.owner(of: "/value", claim: "/account/id"),
            claims: ["account": ["id": "7"]], payload: ["value": "alice"], refused: "not_owner"),
        Case("no such claim", OwnerGuard.owner(of: "/value", claim: "/account/id"), payload: ["value": "7"], refused: "claim_missing"),
        Case(
            "a claim that is no text", OwnerGuard.owner(of: "/value", claim: "/account"), claims: ["account": 7], payload: ["value": "7"],
            refused: "guard_error"),
        Case("the issuer", OwnerGuard.owner(of: "/value", issuer: "corp"), payload: ["value": "alice"]),
        Case("another issuer", OwnerGuard.owner(of: "/value", issuer: "idp"), payload: ["value": "alice"], refused: "other_issuer"),
    ]

    static let authenticationCases: [Case] = [
        Case("just now", fresh, claims: authenticated(0)),
        Case("long enough ago", fresh, claims: authenticated(300)),
        Case("too long ago", fresh, claims: authenticated(301), refused: "authentication_too_old"),
        Case("password only", fresh, claims: authenticated(0, amr: ["pwd"]), refused: "no_second_factor"),
        Case(
            "a method that counts", AuthenticationGuard.mfa(within: .seconds(1), methods: ["hwk"]), claims: authenticated(0, amr: ["hwk"])),
        Case("no amr", fresh, claims: ["auth_time": .integer(now)], refused: "amr_missing"),
        Case("no auth_time", fresh, claims: ["amr": ["mfa"]], refused: "auth_time_missing"),
        Case("amr of the wrong type", fresh, claims: authenticated(0, amr: "mfa"), refused: "guard_error"),
        Case("not, and amr of the wrong type", CombinedGuard.not(fresh), claims: authenticated(0, amr: [1]), refused: "guard_error"),
        Case("no time at all", AuthenticationGuard.mfa(within: .seconds(-5)), claims: authenticated(1), refused: "authentication_too_old"),
    ]

    /// Stands for a claim of the wrong type, which `TestTokens` cannot make.
    private static let unreadable = "\u{0}"

    @Test(
        "MDL-32: guards for roles, scopes, owners and second factors allow what they say, and fail closed",
        arguments: roleCases + ownerCases + authenticationCases)
    func verdicts(_ one: Case) async throws {
        let stages = Stages(guards: [one.tested])
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.stages = stages }) { server in
            let client = try await server.connect()
            let isReadable = one.roles != [Self.unreadable]
            let token = try TestTokens.token("alice", roles: isReadable ? one.roles : nil, claims: one.claims)
            try await client.join("/", auth: ["token": .string(token)])
            let answer = try await client.emitWithAck("now", [one.payload]).first
            guard let refused = one.refused else {
                #expect(answer?["code"] == nil)
                return
            }
            #expect(answer?["code"] == "forbidden" && answer?["message"] == "Forbidden resource")
            #expect(try await server.record(of: answer?["decision"]?.stringValue)?["decision"]?["reason"] == .string(refused))
        }
    }

    @Test("MDL-32: where there are several issuers, an owner without one is nobody, and the log says what to write")
    func severalIssuers() async throws {
        let lines = LogLines()
        var policies = TestPolicies().allowing()
        policies.replace(
            "issuers:\n",
            with: """
                issuers:
                  other: { iss: "https://other.example", audience: [gatehouse], jwks_file: jwks.json, algorithms: [ES256], typ: [at+jwt] }

                """, in: "_global.yaml")
        let stages = Stages(guards: [.anyOf(.owner(of: "/value", issuer: "corp"), .owner(of: "/value"))])
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: {
                ($0.policies, $0.stages, $0.logger) = (policies, stages, lines.logger)
            }
        ) { server in
            let client = try await server.join()
            #expect(try await client.emitWithAck("now", [["value": "alice"]]) == ["alice"])
            #expect(try await client.emitWithAck("now", [["value": "bob"]]).first?["code"] == "forbidden")
            #expect(lines.all.contains { $0.contains("a guard failed") && $0.contains("issuer: \"corp\"") })
        }
    }

    /// The claims of the wrong type below are in no token that a server takes.
    @Test(
        "MDL-32: an authentication in the future counts as none, beyond a minute, and what is no time is an error",
        arguments: [
            (.integer(now + 60), "allow"), (.integer(now + 61), "authentication_too_old"), (.integer(.min), "authentication_too_old"),
            (.integer(.max), "authentication_too_old"), (.number(Double(now) - 0.5), "allow"), (.number(1e300), "error"),
            (.string("\(now)"), "error"), (.null, "error"), (.bool(true), "error"),
        ] as [(JSONValue, String)])
    func authenticationTimes(_ time: JSONValue, _ expected: String) {
        let claims = AuthenticationClaims(["auth_time": time, "amr": ["mfa"]])
        let verdict = Result { try Self.fresh.verdict(claims, now: Self.now) }
        switch verdict {
        case .success(.allow): #expect(expected == "allow")
        case .success(.deny(let reason)): #expect(expected == reason)
        case .failure: #expect(expected == "error")
        }
    }

    @Test("MDL-32: the guard for rooms refuses a room that is no text, also when it is negated")
    func unreadableRoom() async throws {
        let stages = Stages(guards: [.anyOf(.when { $0.context.event == "join" }, .not(.joined("/value")))])
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.stages = stages }) { server in
            let client = try await server.join()
            #expect(try await client.emitWithAck("now", [["value": "red"]]) == ["red"])
            #expect(try await client.emitWithAck("now", [["value": 1]]).first?["code"] == "forbidden")
            try await client.emitWithAck("join", [["room": "red"]])
            #expect(try await client.emitWithAck("now", [["value": "red"]]).first?["code"] == "forbidden")
        }
    }
}
