import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import GatehouseTokens
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("Revoked tokens")
struct RevocationTests {
    private func server(store: ModerationStore = .inMemory(), loops: Int = 1, _ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()), PendingMount(AdminGateway(store: store)),
            configure: {
                $0.policies = AdminScript.policies
                $0.loops = loops
            }, body)
    }

    /// The name of a token, read without the verifier.
    private func jti(_ auth: JSONObject) throws -> JSONValue {
        let token = try #require(auth["token"]?.stringValue)
        let found = try TestTokens.verifier().verify(token, now: Double(TestClock.start) / 1_000).jti
        return .string(try #require(found))
    }

    @Test("SEC-17: revoking a token by its name ends what lives on it, on every transport, and nothing else", arguments: [1, 2])
    func byName(_ loops: Int) async throws {
        try await server(loops: loops) { server in
            let auth = try server.auth("alice")
            var clients: [SocketIOClient] = []
            for transport in SocketIOClient.Transport.allCases {
                let client = try await server.connect(transport)
                try await client.join("/", auth: auth)
                clients.append(client)
            }
            let other = try await server.join("alice")
            let admin = try await AdminScript.staff(server)
            let answer = try await AdminScript.ask(admin, "token.revoke", ["jti": try jti(auth)])
            #expect(answer?["closed"] == .integer(Int64(clients.count)) && answer?["audit_seq"] != nil, "\(String(describing: answer))")
            for (client, transport) in zip(clients, SocketIOClient.Transport.allCases) {
                let notice = try await client.event("system.closed").first
                #expect(notice?["code"] == "token_revoked" && notice?["retry"] == false)
                let record = try await server.record(of: notice?["decision"]?.stringValue)
                #expect(record?["event"] == "auth.revoked_use" && record?["actor"]?["sub"] == "alice")
                let reason = try await client.closed()
                #expect(transport == .polling || reason.code == CloseCode.tokenRevoked.rawValue)
            }
            #expect(try await other.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("SEC-17: revoking a user's older tokens ends his sessions and leaves newer ones and other users")
    func byUser() async throws {
        try await server { server in
            let old = try await server.join("alice")
            let bob = try await server.join("bob")
            try await server.advance(.seconds(10))
            let new = try await server.join("alice")
            let admin = try await AdminScript.staff(server)
            let instant = TestClock.start / 1_000 + 10
            let answer = try await AdminScript.ask(
                admin, "token.revoke", ["user": AdminScript.user("alice"), "issued_before": .integer(instant)])
            #expect(answer?["closed"] == 1)
            #expect(try await old.closed().code == CloseCode.tokenRevoked.rawValue)
            for client in [bob, new] { #expect(try await client.emitWithAck("now", [["value": 1]]) == [1]) }
            let all = try await AdminScript.ask(admin, "token.revoke", ["user": AdminScript.user("alice")])
            #expect(all?["closed"] == 1)
            #expect(try await new.closed().code == CloseCode.tokenRevoked.rawValue)
        }
    }

    @Test("SEC-40: a revoked token is refused at CONNECT, though the verifier knows it, with a code and a record of its own")
    func connect() async throws {
        try await server { server in
            let auth = try server.auth("alice")
            let client = try await server.connect()
            try await client.join("/", auth: auth)
            let admin = try await AdminScript.staff(server)
            _ = try await AdminScript.ask(admin, "token.revoke", ["jti": try jti(auth), "iss": .string(TestTokens.iss)])
            _ = try await client.closed()
            let again = try await server.connect()
            let refusal = await #expect(throws: ConnectRefused.self) { try await again.join("/", auth: auth) }
            #expect(refusal?.code == "token_revoked")
            let record = try await server.record(of: refusal?.decision)
            #expect(record?["event"] == "auth.revoked_use" && record?["decision"]?["reason"] == "revoked")
            try await again.join("/", auth: try server.auth("alice"))
        }
    }

    @Test("SEC-17: a revoked token refreshes nothing, and a session goes by its newest token")
    func refresh() async throws {
        try await server { server in
            let (first, second, third) = (
                try server.auth(lifetime: 600), try server.auth(lifetime: 1_200), try server.auth(lifetime: 1_800)
            )
            let client = try await server.connect()
            try await client.join("/", auth: first)
            let admin = try await AdminScript.staff(server)
            _ = try await AdminScript.ask(admin, "token.revoke", ["jti": try jti(third)])
            let refused = try await client.emitWithAck("auth.refresh", [.object(third)]).first
            #expect(refused?["code"] == "unauthorized")
            #expect(try await server.record(of: refused?["decision"]?.stringValue)?["event"] == "auth.revoked_use")
            #expect(try await client.emitWithAck("auth.refresh", [.object(second)]).first?["exp"] != nil)
            #expect(try await AdminScript.ask(admin, "token.revoke", ["jti": try jti(first)])?["closed"] == 0)
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            #expect(try await AdminScript.ask(admin, "token.revoke", ["jti": try jti(second)])?["closed"] == 1)
            #expect(try await client.closed().code == CloseCode.tokenRevoked.rawValue)
        }
    }

    @Test("SEC-17: a connection ends with any one of its tokens")
    func severalTokens() async throws {
        try await server { server in
            let client = try await server.join("alice")
            try await client.join("/side", auth: try server.auth("bob"))
            let admin = try await AdminScript.staff(server)
            #expect(try await AdminScript.ask(admin, "token.revoke", ["user": AdminScript.user("bob")])?["closed"] == 1)
            #expect(try await client.event("system.closed").first?["code"] == "token_revoked")
            #expect(try await client.event("system.closed", in: "/side").first?["code"] == "token_revoked")
            #expect(try await client.closed().code == CloseCode.tokenRevoked.rawValue)
        }
    }

    @Test("SEC-17: a revocation finds a session in the middle of its upgrade")
    func upgrading() async throws {
        try await server { server in
            let upgrade = try await HalfUpgrade(server)
            let admin = try await AdminScript.staff(server)
            #expect(try await AdminScript.ask(admin, "token.revoke", ["user": AdminScript.user("alice")])?["closed"] == 1)
            try await upgrade.expectClosed("token_revoked")
        }
    }

    @Test("SEC-17: it survives a restart")
    func restart() async throws {
        let directory = try TestDirectory()
        defer { directory.remove() }
        let path = directory.path("moderation.sqlite")
        let auth = try TestTokens.token("alice")
        try await server(store: .file(path)) { server in
            let admin = try await AdminScript.staff(server)
            _ = try await AdminScript.ask(admin, "token.revoke", ["jti": try jti(["token": .string(auth)])])
            _ = try await AdminScript.ask(admin, "user.reauth", ["user": AdminScript.user("bob"), "within_s": 60])
            _ = try await server.join("carol")
            _ = try await AdminScript.ask(admin, "session.kick", ["user": AdminScript.user("carol"), "rejoin_after_s": 30])
        }
        try await server(store: .file(path)) { server in
            let client = try await server.connect()
            let refusal = await #expect(throws: ConnectRefused.self) { try await client.join("/", auth: ["token": .string(auth)]) }
            #expect(refusal?.code == "token_revoked")
            let early = await #expect(throws: ConnectRefused.self) { try await server.join("carol") }
            #expect(early?.code == "banned")
            try await server.advance(.seconds(61))
            _ = try await server.join("carol")
        }
    }

    static let refused: [(JSONObject, String)] = [
        ([:], "invalid"), (["jti": "j", "user": ["iss": "https://idp.example", "sub": "a"]], "invalid"),
        (["user": ["iss": "https://idp.example", "sub": "a"], "iss": "https://idp.example"], "invalid"),
        (["jti": "j", "issued_before": 1], "invalid"), (["jti": "j", "iss": "https://nobody.example"], "not_found"),
        (["user": ["iss": "https://nobody.example", "sub": "a"]], "not_found"),
        (["user": ["iss": "https://idp.example", "sub": "a"], "issued_before": 1_800_000_061], "invalid"),
        (["user": ["iss": "https://idp.example", "sub": "a"], "issued_before": -1], "invalid"),
    ]

    @Test("MOD-07: what names no token, or two, or one of an unknown issuer, revokes nothing", arguments: refused)
    func refusals(_ target: JSONObject, _ code: String) async throws {
        try await server { server in
            let admin = try await AdminScript.staff(server)
            #expect(try await AdminScript.ask(admin, "token.revoke", target)?["code"] == .string(code))
            #expect(server.runtime.revocations.count == 0)
        }
    }

    @Test("MOD-20: nobody revokes the token of somebody of equal or higher rank who is here, himself included")
    func rank() async throws {
        try await server { server in
            let admin = try await AdminScript.staff(server)
            let peer = try await server.join("peer", roles: ["moderator"])
            for user in ["peer", "mod"] {
                for event in ["token.revoke", "user.reauth"] {
                    var request: JSONObject = ["user": AdminScript.user(user)]
                    if event == "user.reauth" { request["within_s"] = 10 }
                    try await server.advance(.seconds(1))
                    #expect(try await AdminScript.ask(admin, event, request)?["code"] == "rank", "\(event) \(user)")
                    #expect(try await server.records("admin." + event).isEmpty)
                }
            }
            #expect(try await peer.emitWithAck("now", [["value": 1]]) == [1])
            #expect(server.runtime.revocations.count == 0)
        }
    }

    @Test("MOD-32: the records say who, whom, why and what; a token's name stands in them as everywhere, under the audit key")
    func records() async throws {
        try await server { server in
            let auth = try server.auth("alice")
            let client = try await server.connect()
            try await client.join("/", auth: auth)
            let admin = try await AdminScript.staff(server)
            let name = try jti(auth)
            _ = try await AdminScript.ask(admin, "token.revoke", ["jti": name])
            _ = try await AdminScript.ask(admin, "token.revoke", ["user": AdminScript.user("bob"), "issued_before": 5])
            let records = try await server.records("admin.token.revoke")
            #expect(records.map { $0["detail"]?["stage"] } == ["intent", "result", "intent", "result"])
            let hash = try await server.records("auth.ok").first { $0["actor"]?["sub"] == "alice" }?["actor"]?["jti_h"]
            #expect(records[0]["target"]?["ref"] == hash && hash != nil)
            #expect(records[1]["detail"]?["closed"] == 1)
            #expect(records[2]["target"]?["sub"] == "bob" && records[2]["detail"]?["issued_before"] == 5)
            let text = try await server.records().map(\.serialized).joined()
            #expect(!text.contains(name.stringValue ?? "?"))
        }
    }

    @Test("MOD-32: what cannot be kept is not done")
    func unwritable() async throws {
        let store = ModerationStore.inMemory()
        try await server(store: store) { server in
            let client = try await server.join("alice")
            let admin = try await AdminScript.staff(server)
            try store.close()
            let answer = try await AdminScript.ask(admin, "token.revoke", ["user": AdminScript.user("alice")])
            #expect(answer?["code"] == "unavailable")
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            #expect(server.runtime.revocations.count == 0)
            let stages = try await server.records("admin.token.revoke").map { $0["outcome"] }
            // Whether it was made before cannot be known either, so there is no intent.
            #expect(stages == [])
        }
    }

    @Test("MOD-34: once the longest lifetime has passed a revocation is forgotten, and its end is on record")
    func end() async throws {
        let store = ModerationStore.inMemory()
        var policies = AdminScript.policies
        policies.replace("leeway: 0s", with: "leeway: 0s\n    max_lifetime: 1h", in: "_global.yaml")
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()), PendingMount(AdminGateway(store: store)),
            configure: { $0.policies = policies }
        ) { server in
            let admin = try await AdminScript.staff(server, lifetime: 3_600)
            _ = try await AdminScript.ask(admin, "token.revoke", ["user": AdminScript.user("alice")])
            let open = try #require(store.opened)
            try await server.advance(.seconds(3_600))
            let sweep = ModerationSweep(server.runtime)
            await sweep.recordEnd(of: try await open.removeEnded(now: server.clock.wallMilliseconds))
            #expect(server.runtime.revocations.count == 1)
            try await server.advance(.seconds(3))
            await sweep.recordEnd(of: try await open.removeEnded(now: server.clock.wallMilliseconds))
            #expect(server.runtime.revocations.count == 0)
            let ends = try await server.records("mod.expired")
            #expect(ends.count == 1 && ends.first?["target"]?["sub"] == "alice" && ends.first?["detail"]?["act"] == "token.revoke")
        }
    }

    @Test("REL-22: many sessions are closed in more turns than one, and every one of them is")
    func many() async throws {
        try await server(loops: 2) { server in
            var clients: [SocketIOClient] = []
            for number in 0..<150 { clients.append(try await server.join("alice", over: number % 3 == 0 ? .polling : .webSocket)) }
            let other = try await server.join("bob")
            let admin = try await AdminScript.staff(server)
            #expect(try await AdminScript.ask(admin, "token.revoke", ["user": AdminScript.user("alice")])?["closed"] == 150)
            for client in clients { #expect(try await client.event("system.closed").first?["code"] == "token_revoked") }
            #expect(try await other.emitWithAck("now", [["value": 1]]) == [1])
        }
    }
}
