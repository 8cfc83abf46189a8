import GatehouseAudit
import GatehouseJSON
import GatehouseModeration
import GatehouseTestSupport
import GatehouseTesting
import GatehouseTokens
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Whose rank counts")
struct StaffRankTests {
    /// Staff are those whose token says that they are of the house, whatever else calls them admin.
    private static let policies = TestPolicies().allowing().allowing(
        "/admin",
        connect: "{ id: admin.staff, when: { roles: { any_of: [moderator, admin] }, claims: { /house: { equals: ours } } } }")

    private func server(store: ModerationStore = .inMemory(), _ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(AdminGateway(store: store)),
            configure: { $0.policies = Self.policies }, body)
    }

    private func auth(_ server: TestServer, _ subject: String, _ role: String, isOurs: Bool, lifetime: Int64 = 3_600) throws -> JSONObject {
        [
            "token": .string(
                try TestTokens.token(
                    subject, roles: [role], lifetime: lifetime, now: server.clock.wallMilliseconds / 1_000,
                    claims: isOurs ? ["house": "ours"] : [:]))
        ]
    }

    private func join(
        _ server: TestServer, _ subject: String, _ role: String, isOurs: Bool = true, in namespace: String = "/admin"
    ) async throws -> SocketIOClient {
        let client = try await server.connect()
        try await client.join(namespace, auth: try auth(server, subject, role, isOurs: isOurs))
        return client
    }

    private func jti(_ auth: JSONObject) throws -> JSONValue {
        let token = try #require(auth["token"]?.stringValue)
        return .string(try #require(try TestTokens.verifier().verify(token, now: Double(TestClock.start) / 1_000).jti))
    }

    /// Each act on a user who is called admin, and the member of its answer that says it was done.
    private static let acts: [(event: String, request: JSONObject, done: String)] = [
        ("session.kick", [:], "closed"), ("token.revoke", [:], "closed"), ("user.reauth", ["within_s": 60], "asked"),
        ("session.kick", ["dry_run": true], "closed"), ("token.revoke", ["dry_run": true], "closed"),
    ]

    @Test("MOD-20: who is called admin by a token that /admin would not let in is as reachable as anybody", arguments: acts)
    func foreign(_ event: String, _ request: JSONObject, _ done: String) async throws {
        try await server { server in
            let client = try await join(server, "mallory", "admin", isOurs: false, in: "/")
            let moderator = try await join(server, "mod", "moderator")
            var request = request
            request["user"] = AdminScript.user("mallory")
            let answer = try await AdminScript.ask(moderator, event, request)
            // A token of the present second is new enough for user.reauth.
            #expect(done == "asked" ? answer?[done] != nil : answer?[done] == 1, "\(String(describing: answer))")
            if request["dry_run"] == nil, done == "closed" { _ = try await client.closed() }
        }
    }

    @Test("MOD-20: an admin of the house is out of a moderator's reach wherever he is, and a day after", arguments: acts)
    func house(_ event: String, _ request: JSONObject, _ done: String) async throws {
        try await server { server in
            let admin = try await join(server, "boss", "admin", in: "/")
            let moderator = try await join(server, "mod", "moderator")
            var request = request
            request["user"] = AdminScript.user("boss")
            #expect(try await AdminScript.ask(moderator, event, request)?["code"] == "rank")
            #expect(try await admin.emitWithAck("now", [["value": 1]]) == [1])
            try await admin.close()
            guard event != "session.kick" else { return }
            #expect(try await AdminScript.ask(moderator, event, request)?["code"] == "rank")
        }
    }

    @Test("MOD-20: a token of an absent admin is out of a moderator's reach by its jti too, over a restart; a stranger's is not")
    func byName() async throws {
        let directory = try TestDirectory()
        defer { directory.remove() }
        let path = directory.path("moderation.sqlite")
        var names: [JSONValue] = []
        try await server(store: .file(path)) { server in
            for (subject, role, isOurs) in [("boss", "admin", true), ("mallory", "admin", false)] {
                let auth = try auth(server, subject, role, isOurs: isOurs)
                let client = try await server.connect()
                try await client.join("/", auth: auth)
                try await client.close()
                names.append(try jti(auth))
            }
            let moderator = try await join(server, "mod", "moderator")
            #expect(try await AdminScript.ask(moderator, "token.revoke", ["jti": names[0]])?["code"] == "rank")
            #expect(try await AdminScript.ask(moderator, "token.revoke", ["jti": names[1]])?["closed"] == 0)
            let admin = try await join(server, "other", "admin")
            #expect(try await AdminScript.ask(admin, "token.revoke", ["jti": names[0]])?["code"] == "rank")
            // What is to be kept is written on another thread, one after the other: this comes behind it.
            _ = try await AdminScript.ask(admin, "token.revoke", ["jti": "behind it"])
        }
        try await server(store: .file(path)) { server in
            let moderator = try await join(server, "mod", "moderator")
            #expect(try await AdminScript.ask(moderator, "token.revoke", ["jti": names[0]])?["code"] == "rank")
        }
    }

    @Test("AUD-04: records of staff name the token, the session and the address that acted; those of an act are all of one hand")
    func hand() async throws {
        try await server { server in
            let auth = try auth(server, "mod", "moderator", isOurs: true)
            let moderator = try await server.connect()
            try await moderator.join("/admin", auth: auth)
            let victim = try await join(server, "mallory", "admin", isOurs: false, in: "/")
            _ = try await moderator.emitWithAck("session.list", [[:]], in: "/admin")
            _ = try await moderator.emitWithAck("stats", [[:]], in: "/admin")
            _ = try await AdminScript.ask(moderator, "announce", ["text": "tea", "dry_run": true])
            _ = try await AdminScript.ask(moderator, "session.kick", ["user": AdminScript.user("mallory")])
            _ = try await victim.closed()
            _ = try await moderator.emitWithAck("policy.status", [[:]], in: "/admin")
            let key = server.runtime.auditKey
            let records = try await server.records().filter { $0["event"]?.stringValue?.hasPrefix("admin.") == true }
            #expect(records.count == 6)
            for record in records {
                let actor = record["actor"]
                let jti = try jti(auth).stringValue ?? ""
                #expect(actor?["sub"] == "mod" && actor?["jti_h"] == .string(key.pseudonym(of: jti, as: "jti")), "\(record)")
                #expect(actor?["sid_h"] == .string(key.pseudonym(of: moderator.engineSessionID, as: "sid")), "\(record)")
                #expect(actor?["port"]?.integerValue ?? 0 > 0 && actor?["transport"] == "websocket", "\(record)")
            }
        }
    }
}
