import EngineIO
import GatehouseJSON
import GatehouseNetwork
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Tokens at CONNECT")
struct TokenTests {
    private func server(
        _ policies: TestPolicies = TestPolicies().allowing(), gateway: ScriptGateway<Root> = ScriptGateway(),
        _ body: (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.with(PendingMount(gateway), configure: { $0.policies = policies }, body)
    }

    @Test("SEC-05: a token in the URL is 400, and is written down nowhere", arguments: ["token", "access_token"])
    func tokenInURL(_ name: String) async throws {
        try await server { server in
            let token = try TestTokens.token("alice")
            for transport in [SocketIOClient.Transport.webSocket, .polling] {
                let error = await #expect(throws: SocketIOClientError.self) {
                    _ = try await server.connect(transport, query: "\(name)=\(token)")
                }
                #expect(error?.httpStatus == 400)
            }
            let records = try await server.records("conn.rejected")
            #expect(records.last?["decision"]?["reason"] == "token_in_url")
            #expect(try await server.records().allSatisfy { !$0.serialized.contains(token) })
        }
    }

    enum Place: CaseIterable { case auth, header, both }

    @Test("SEC-05: a token is taken from CONNECT, from Authorization, or from both if they agree", arguments: Place.allCases)
    func places(_ place: Place) async throws {
        try await server { server in
            let token = try TestTokens.token("alice")
            let client = try await server.connect(headers: place == .auth ? [] : [("Authorization", "Bearer \(token)")])
            try await client.join("/", auth: place == .header ? nil : ["token": .string(token)])
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    static let contradictions: [(String, [String])] = [
        ("two different tokens", ["other"]), ("another scheme", ["Basic YTpi"]), ("no token", ["Bearer"]),
    ]

    @Test("SEC-05: two different tokens, or something that is no token, are refused without detail", arguments: contradictions)
    func contradictory(_ what: String, _ fields: [String]) async throws {
        try await server { server in
            let other = try "Bearer " + TestTokens.token("bob")
            let client = try await server.connect(headers: fields.map { ("Authorization", $0 == "other" ? other : $0) })
            let auth = try server.auth()
            let refusal = await #expect(throws: ConnectRefused.self) { try await client.join("/", auth: auth) }
            #expect(refusal?.code == "unauthorized")
            #expect(refusal?.message == "Unauthorized")
            #expect(try await server.record(of: refusal?.decision)?["decision"]?["reason"] == "contradictory_tokens")
        }
    }

    @Test("SEC-05: a token that is no string is refused, not looked past", arguments: [JSONValue.integer(1), .null, [:], ["x"], true])
    func tokenOfAnotherType(_ token: JSONValue) async throws {
        try await server { server in
            let client = try await server.connect()
            let refusal = await #expect(throws: ConnectRefused.self) { try await client.join("/", auth: ["token": token]) }
            #expect(refusal?.code == "unauthorized")
        }
    }

    @Test("SIO-12: the token is gone from what handlers see of the connection; the rest of auth is there")
    func tokenIsRemoved() async throws {
        let kept = Kept()
        try await server(gateway: ScriptGateway(connected: { kept.client = $0 })) { server in
            let token = try TestTokens.token("alice")
            let client = try await server.connect(
                headers: [("Authorization", "Bearer \(token)"), ("Cookie", "session=1"), ("X-Other", "kept")])
            try await client.join("/", auth: ["token": .string(token), "room": "red"])
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            let handshake = try #require(kept.client).handshake
            #expect(handshake.auth == ["room": "red"])
            let names = Set(handshake.headers.map { $0.name.lowercased() })
            #expect(names.isDisjoint(with: ["authorization", "cookie"]))
            #expect(names.contains("x-other"))
            #expect(handshake.url == "/socket.io/")
            #expect(handshake.address == "127.0.0.1")
            #expect(!handshake.secure && !handshake.xdomain)
            #expect(handshake.issued == TestClock.start)
            #expect(!"\(handshake)".contains(token))
        }
    }

    @Test("API-04: the handshake is the request that opened the session: its query, its time, whether a page of another origin made it")
    func handshake() async throws {
        let kept = Kept()
        try await server(gateway: ScriptGateway(connected: { kept.client = $0 })) { server in
            try await server.advance(.seconds(7))
            let client = try await server.connect(.polling, headers: [("Origin", "https://app.example")], query: "color=red&color=blue")
            try await server.advance(.seconds(3))
            try await client.join("/", auth: try server.auth())
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            let handshake = try #require(kept.client).handshake
            #expect(handshake.xdomain && !handshake.secure)
            #expect(handshake.issued == TestClock.start + 7_000)
            #expect(handshake.time.description == "2027-01-15T08:00:07Z")
            #expect(handshake.query.filter { $0.name == "color" }.map(\.value) == ["red", "blue"])
            #expect(handshake.query.contains { $0 == ("transport", "polling") })
            #expect(handshake.headers.contains { $0.name.lowercased() == "origin" && $0.value == "https://app.example" })
            #expect(handshake.auth.isEmpty)
        }
    }

    static let proxies: [(trusted: String, headers: [(String, String)], isSecure: Bool)] = [
        ("127.0.0.1", [("X-Forwarded-Proto", "https")], true), ("127.0.0.0/8", [("X-Forwarded-Proto", "https")], true),
        ("127.0.0.1", [("X-Forwarded-Proto", "http")], false), ("127.0.0.1", [], false),
        // Several proxies, each with its own word, in one field or in several: all of them must say so.
        ("127.0.0.1", [("X-Forwarded-Proto", "https"), ("X-Forwarded-Proto", "https")], true),
        ("127.0.0.1", [("X-Forwarded-Proto", "https, https")], true),
        ("127.0.0.1", [("X-Forwarded-Proto", "https, http")], false), ("127.0.0.1", [("X-Forwarded-Proto", "http, https")], false),
        ("127.0.0.1", [("X-Forwarded-Proto", "https"), ("X-Forwarded-Proto", "http")], false),
        ("127.0.0.1", [("X-Forwarded-Proto", "https, ")], false), ("127.0.0.1", [("X-Forwarded-Proto", "ftp")], false),
        ("192.0.2.1", [("X-Forwarded-Proto", "https")], false),
    ]

    @Test("API-04, SEC-27: a trusted proxy's word makes a connection secure, and nobody else's", arguments: proxies)
    func secureByProxy(_ trusted: String, _ headers: [(String, String)], _ isSecure: Bool) async throws {
        let kept = Kept()
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>(connected: { kept.client = $0 })),
            configure: { $0.engine.trustedProxies = [CIDR(trusted)].compactMap { $0 } }
        ) { server in
            let client = try await server.connect(.polling, headers: headers)
            try await client.join("/", auth: try server.auth())
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            #expect(try #require(kept.client).handshake.secure == isSecure)
        }
    }

    static let refusals: [(String, Int64, String)] = [
        ("expired", 3_601, "token_expired"), ("expiring now", 3_600, "token_expired"),
        ("not yet valid", -120, "unauthorized"),
    ]

    @Test("SEC-12, SEC-28: what is wrong with a token is in the audit log; the client hears a code", arguments: refusals)
    func badTimes(_ what: String, _ age: Int64, _ code: String) async throws {
        try await server { server in
            let token = try TestTokens.token("alice", now: TestClock.start / 1_000 - age)
            let client = try await server.connect()
            let refusal = await #expect(throws: ConnectRefused.self) { try await client.join("/", auth: ["token": .string(token)]) }
            #expect(refusal?.code == code)
            #expect(try await server.record(of: refusal?.decision)?["event"] == "auth.failed")
        }
    }

    @Test(
        "GW-02, SIO-03: what the connect rules refuse is refused before CONNECT is acknowledged, with the rule's code",
        arguments: [
            ("user", "forbidden"), ("banned", "banned"), ("anonymous", "unauthorized"),
        ])
    func connectRules(_ role: String, _ code: String) async throws {
        let recorder = Recorder()
        let policies = TestPolicies(global: "deny:\n  - { id: no.banned, when: { roles: { any_of: [banned] } }, code: banned }\n")
            .allowing(connect: "{ id: only.staff, when: { roles: { any_of: [staff, banned] } } }")
        try await server(policies, gateway: ScriptGateway(connected: { _ in recorder.note("connected") })) { server in
            let client = try await server.connect()
            let auth = role == "anonymous" ? nil : try server.auth(roles: [role])
            let refusal = await #expect(throws: ConnectRefused.self) { try await client.join("/", auth: auth) }
            #expect(refusal?.code == code)
            #expect(try await server.record(of: refusal?.decision)?["target"]?["ns"] == "/")
            #expect(recorder.notes.isEmpty)
            try await client.join("/", auth: try server.auth(roles: ["staff"]))
        }
    }

    @Test("POL-01: a client without a token gets in only where a rule says so, and then without a name")
    func anonymous() async throws {
        let kept = Kept()
        let policies = TestPolicies().allowing(connect: "{ id: anyone, when: { anonymous: true } }")
        try await server(policies, gateway: ScriptGateway(connected: { kept.client = $0 })) { server in
            let client = try await server.connect()
            try await client.join("/")
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            let principal = try #require(kept.client).principal
            #expect(principal.subject == nil && principal.iss == nil && principal.roles.isEmpty)
        }
    }

    private static let watching = "  deny:\n    - { id: local, mode: report, when: { ip: [\"127.0.0.0/8\"] } }"

    @Test("POL-09: a deny rule that only watches keeps nobody out, with a token or without, and is audited", arguments: [true, false])
    func watchingRule(_ isAnonymous: Bool) async throws {
        var policies = TestPolicies().allowing(connect: isAnonymous ? "{ id: anyone, when: { anonymous: true } }" : nil)
        policies.replace("rooms:\n", with: Self.watching + "\nrooms:\n", in: "root.yaml")
        try await server(policies) { server in
            let client = try await server.connect()
            try await client.join("/", auth: isAnonymous ? nil : try server.auth())
            let joined = try await server.records("ns.joined").first?["decision"]
            #expect(joined?["effect"] == "deny" && joined?["mode"] == "report" && joined?["rule"] == "local")
            // And so it stays when the policies change.
            policies.replace("revision: 1\n", with: "revision: 2\n", in: "root.yaml")
            try server.directory.write(policies)
            #expect(try await server.runtime.policyReload?.reload(by: .hangUp).closed == 0)
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("POL-01: nor does it let anybody in whom no rule allows")
    func watchingRuleOpensNothing() async throws {
        var policies = TestPolicies().allowing()
        policies.replace("rooms:\n", with: Self.watching + "\nrooms:\n", in: "root.yaml")
        try await server(policies) { server in
            let client = try await server.connect()
            #expect(await #expect(throws: ConnectRefused.self) { try await client.join("/") }?.code == "unauthorized")
        }
    }

    @Test("POL-13: a namespace's own origins and transports are applied at CONNECT")
    func ownOrigin() async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()),
            configure: {
                $0.policies = TestPolicies().allowing().allowing("/side", more: "")
                $0.policies.replace("transports: [websocket, polling]", with: "transports: [websocket]", in: "side.yaml")
                $0.policies.replace("https://app.example", with: "https://side.example", in: "side.yaml")
            }
        ) { server in
            let page = try await server.connect(headers: [("Origin", "https://app.example")])
            try await page.join("/", auth: try server.auth())
            let auth = try server.auth()
            let refusal = await #expect(throws: ConnectRefused.self) { try await page.join("/side", auth: auth) }
            #expect(refusal?.code == "forbidden")
            #expect(try await server.record(of: refusal?.decision)?["decision"]?["reason"] == "origin_not_allowed")

            let polling = try await server.join(over: .polling)
            let other = await #expect(throws: ConnectRefused.self) { try await polling.join("/side", auth: auth) }
            #expect(try await server.record(of: other?.decision)?["decision"]?["reason"] == "transport_not_allowed")

            let error = await #expect(throws: SocketIOClientError.self) {
                _ = try await server.connect(headers: [("Origin", "https://evil.example")])
            }
            #expect(error?.httpStatus == 403)
        }
    }

    @Test("LIM, SEC-15: as many connections of one user as the policy says; a namespace more is not a connection more")
    func userCap() async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()),
            configure: { $0.policies = TestPolicies().allowing(more: "limits: { user: { connections: 2 } }").allowing("/side") }
        ) { server in
            let first = try await server.join()
            try await first.join("/side", auth: try server.auth())
            let second = try await server.join()
            let third = try await server.connect()
            let auth = try server.auth()
            let refusal = await #expect(throws: ConnectRefused.self) { try await third.join("/", auth: auth) }
            #expect(refusal?.code == "limit")
            #expect(try await server.record(of: refusal?.decision)?["decision"]?["reason"] == "user_connections")
            _ = try await server.join("bob")
            // Leaving one of two namespaces frees nothing.
            try await first.leave("/side")
            #expect(try await first.emitWithAck("now", [["value": 1]]) == [1])
            await #expect(throws: ConnectRefused.self) { try await third.join("/", auth: auth) }
            try await second.leave("/")
            await #expect(throws: ConnectRefused.self) { try await second.join("/random") }
            _ = try await server.join()
            #expect(server.runtime.users.count == 2)
        }
    }

    @Test("SEC-42: an address that keeps showing bad tokens is refused before its next one is looked at")
    func failedAuthRate() async throws {
        let policies = TestPolicies(global: "limits: { ip: { failed_auth: 1/m burst 2 } }\n").allowing()
        try await server(policies) { server in
            for expected in ["unauthorized", "unauthorized", "limit"] {
                let client = try await server.connect()
                let refusal = await #expect(throws: ConnectRefused.self) { try await client.join("/", auth: ["token": "no"]) }
                #expect(refusal?.code == expected)
            }
            try await server.advance(.seconds(61))
            _ = try await server.join()
        }
    }
}
