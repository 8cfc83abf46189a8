import GatehouseAudit
import GatehouseJSON
import GatehouseModeration
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Moderation on /admin")
struct AdminTests {
    private static let policies = TestPolicies().allowing().allowing("/side").allowing(
        "/admin", connect: "{ id: admin.staff, when: { roles: { any_of: [viewer, moderator, admin] } } }",
        send: "{ id: adm.read, event: [session.list, stats] }\n"
            + "    - { id: adm.act, event: [session.kick, announce, token.revoke, user.reauth], when: { roles: { any_of: [moderator, admin] } } }"
    )

    private func server(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()), PendingMount(AdminGateway(store: .inMemory())),
            configure: { $0.policies = Self.policies }, body)
    }

    private func staff(_ server: TestServer, _ subject: String = "mod", roles: [String] = ["moderator"]) async throws -> SocketIOClient {
        try await server.join(subject, roles: roles, in: "/admin")
    }

    private func ulid() -> JSONValue { .string(ULIDGenerator.shared.next().description) }

    private func user(_ subject: String) -> JSONValue { ["iss": .string(TestTokens.iss), "sub": .string(subject)] }

    private func kick(_ subject: String, id: JSONValue? = nil, reason: JSONValue = "spam") -> JSONValue {
        ["request_id": id ?? ulid(), "reason": reason, "user": user(subject)]
    }

    @Test("MOD-10: session.list pages through the sessions, each once, and shows neither token nor session id")
    func paging() async throws {
        try await server { server in
            var clients: [SocketIOClient] = []
            for number in 0..<5 { clients.append(try await server.join("user\(number)")) }
            let admin = try await staff(server)
            var seen: [String] = []
            var references: Set<String> = []
            var cursor: JSONValue?
            var pages = 0
            repeat {
                var request: JSONObject = ["limit": 2, "ns": "/"]
                if let cursor { request["cursor"] = cursor }
                let page = try #require(try await admin.emitWithAck("session.list", [.object(request)], in: "/admin").first)
                for item in page["items"]?.arrayValue ?? [] {
                    seen.append(item["user"]?["sub"]?.stringValue ?? "")
                    references.insert(item["sid_ref"]?.stringValue ?? "")
                    for client in clients { #expect(!item.serialized.contains(client.engineSessionID)) }
                }
                cursor = page["cursor"]
                pages += 1
            } while cursor != nil && pages < 10
            #expect(seen.sorted() == (0..<5).map { "user\($0)" })
            #expect(references.count == 5)
            #expect(pages == 3)
        }
    }

    @Test("MOD-10: session.list finds by user, room and namespace")
    func filters() async throws {
        try await server { server in
            let alice = try await server.join("alice")
            try await alice.emitWithAck("join", [["room": "red"]])
            _ = try await server.join("bob", in: "/side")
            let admin = try await staff(server)
            let requests: [(JSONValue, [String])] = [
                (["user": user("alice")], ["alice"]), (["room": "red"], ["alice"]), (["ns": "/side"], ["bob"]), (["room": "none"], []),
                (["ns": "/admin"], ["mod"]), (["user": ["iss": "https://other.example", "sub": "alice"]], []), (["ip": "10.0.0.1"], []),
            ]
            for (request, expected) in requests {
                let page = try await admin.emitWithAck("session.list", [request], in: "/admin").first
                let found = page?["items"]?.arrayValue?.compactMap { $0["user"]?["sub"]?.stringValue }
                #expect(found == expected, "\(request.serialized)")
            }
            #expect(try await admin.emitWithAck("session.list", [["limit": 0]], in: "/admin").first?["code"] == "invalid")
        }
    }

    @Test("MOD-10, MOD-41: a kick by user ends all sessions of that user, on every transport, and nobody else's")
    func kickByUser() async throws {
        try await server { server in
            let first = try await server.join("alice")
            let second = try await server.join("alice", over: .polling)
            let other = try await server.join("bob")
            let admin = try await staff(server)
            let answer = try await admin.emitWithAck("session.kick", [kick("alice")], in: "/admin").first
            #expect(answer?["closed"] == 2)
            #expect(answer?["audit_seq"] != nil)
            #expect(try await first.event("system.closed").first == ["code": "kicked", "retry": false])
            #expect(try await first.closed().code == CloseCode.kicked.rawValue)
            _ = try await second.closed()
            #expect(try await other.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("MOD-10: a kick by reference ends that session; with a time to come back it is reconnect-worthy")
    func kickByReference() async throws {
        try await server { server in
            let first = try await server.join("alice")
            let admin = try await staff(server)
            let listed = try await admin.emitWithAck("session.list", [["user": user("alice")]], in: "/admin").first
            let reference = try #require(listed?["items"]?[0]?["sid_ref"])
            let second = try await server.join("alice")
            let answer = try await admin.emitWithAck(
                "session.kick", [["request_id": ulid(), "reason": "calm down", "sid_ref": reference, "rejoin_after_s": 30]], in: "/admin"
            ).first
            #expect(answer?["closed"] == 1)
            #expect(try await first.event("system.closed").first == ["code": "kicked_temporarily", "retry": 30])
            #expect(try await first.closed().code == CloseCode.kickedTemporarily.rawValue)
            #expect(try await second.emitWithAck("now", [["value": 1]]) == [1])
            let early = await #expect(throws: ConnectRefused.self) { try await server.join("alice") }
            #expect(early?.code == "banned")
            try await server.advance(.seconds(31))
            _ = try await server.join("alice")
        }
    }

    static let invalid: [(String, JSONValue)] = [
        ("no reason", ["request_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "user": ["iss": "i", "sub": "s"]]),
        ("empty reason", ["request_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "reason": "", "user": ["iss": "i", "sub": "s"]]),
        ("no request_id", ["reason": "r", "user": ["iss": "i", "sub": "s"]]),
        ("a request_id that is none", ["request_id": "x", "reason": "r", "user": ["iss": "i", "sub": "s"]]),
        ("no target", ["request_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "reason": "r"]),
        ("two targets", ["request_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "reason": "r", "sid_ref": "x", "user": ["iss": "i", "sub": "s"]]),
    ]

    @Test("MOD-10: a change without reason, id or target is invalid and leaves no intent", arguments: invalid)
    func invalidRequests(_ what: String, _ request: JSONValue) async throws {
        try await server { server in
            let admin = try await staff(server)
            #expect(try await admin.emitWithAck("session.kick", [request], in: "/admin").first?["code"] == "invalid")
            #expect(try await server.records("admin.session.kick").isEmpty)
        }
    }

    static let ranks: [(String, String, String)] = [
        ("moderator", "user", ""), ("moderator", "viewer", ""), ("moderator", "moderator", "rank"), ("moderator", "admin", "rank"),
        ("admin", "moderator", ""), ("admin", "admin", "rank"),
    ]

    @Test("MOD-20: nobody acts on somebody of equal or higher rank; reading is free", arguments: ranks)
    func rank(_ actor: String, _ target: String, _ code: String) async throws {
        try await server { server in
            let subject = try await server.join("target", roles: [target])
            let admin = try await staff(server, roles: [actor])
            let answer = try await admin.emitWithAck("session.kick", [kick("target")], in: "/admin").first
            if code.isEmpty {
                #expect(answer?["closed"] == 1)
                _ = try await subject.closed()
            } else {
                #expect(answer?["code"] == .string(code))
                #expect(try await server.record(of: answer?["decision"]?.stringValue) != nil)
                #expect(try await server.records("admin.session.kick").isEmpty)
                #expect(try await subject.emitWithAck("now", [["value": 1]]) == [1])
            }
            let listed = try await admin.emitWithAck("session.list", [["user": user("target")]], in: "/admin").first
            #expect(listed?["items"]?.arrayValue?.count == (code.isEmpty ? 0 : 1))
        }
    }

    @Test("MOD-20: who was staff is remembered for a day after he has left, or comes back with less; then he is like anybody else")
    func rememberedRank() async throws {
        try await server { server in
            let target = try await server.join("target", roles: ["moderator"])
            try await target.close()
            try await server.eventually { try await server.handle.of("/").fetchSockets().isEmpty }
            let user = try await server.join("target", roles: ["user"])
            var admin = try await staff(server)
            #expect(try await admin.emitWithAck("session.kick", [kick("target")], in: "/admin").first?["code"] == "rank")
            // Not here at all, and still not to be acted on by his equals; but by those above him.
            let revoke: JSONObject = ["request_id": ulid(), "reason": "spam", "user": self.user("gone")]
            let gone = try await server.join("gone", roles: ["admin"])
            try await gone.close()
            try await server.eventually { try await server.handle.of("/").fetchSockets().count == 1 }
            #expect(try await admin.emitWithAck("token.revoke", [.object(revoke)], in: "/admin").first?["code"] == "rank")
            let above = try await staff(server, "chief", roles: ["admin"])
            #expect(try await above.emitWithAck("session.kick", [kick("target")], in: "/admin").first?["closed"] == 1)
            _ = try await user.closed()

            try await server.advance(.hours(24) + .seconds(1))
            admin = try await staff(server)
            _ = try await server.join("target", roles: ["user"])
            #expect(try await admin.emitWithAck("session.kick", [kick("target")], in: "/admin").first?["closed"] == 1)
        }
    }

    @Test("MOD-20: whom the policies allow an act and whose roles have no rank is told which roles have one")
    func withoutRank() async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(AdminGateway(store: .inMemory())),
            configure: { $0.policies = TestPolicies().allowing().allowing("/admin") }
        ) { server in
            _ = try await server.join("alice")
            var answers: [JSONValue?] = []
            for (role, subject) in [("ops", "alice"), ("moderator", "boss")] {
                let actor = try await staff(server, role, roles: [role])
                if subject == "boss" { _ = try await server.join("boss", roles: ["admin"]) }
                answers.append(try await actor.emitWithAck("session.kick", [kick(subject)], in: "/admin").first)
            }
            #expect(answers.map { $0?["code"] } == ["rank", "rank"])
            #expect(
                answers.map { $0?["message"] } == [
                    "Your token has no role with a rank, so nobody is yours to act on: it takes one of admin, moderator, viewer",
                    "A subject of your own rank or above is not yours to act on",
                ])
        }
    }

    @Test("MOD-20: staff do not act on themselves, and a subject elsewhere is `not_found`")
    func selfAndNobody() async throws {
        try await server { server in
            let admin = try await staff(server)
            #expect(try await admin.emitWithAck("session.kick", [kick("mod")], in: "/admin").first?["code"] == "rank")
            #expect(try await admin.emitWithAck("session.kick", [kick("nobody")], in: "/admin").first?["code"] == "not_found")
            let viewer = try await staff(server, "viewer", roles: ["viewer"])
            #expect(try await viewer.emitWithAck("session.kick", [kick("mod")], in: "/admin").first?["code"] == "forbidden")
        }
    }

    @Test("MOD-10: a repeated request_id gets the first answer and has no second effect; with another payload it is a conflict")
    func idempotency() async throws {
        try await server { server in
            let first = try await server.join("alice")
            let admin = try await staff(server)
            let id = ulid()
            let answer = try await admin.emitWithAck("session.kick", [kick("alice", id: id)], in: "/admin").first
            #expect(answer?["closed"] == 1)
            _ = try await first.closed()
            let again = try await server.join("alice")
            #expect(try await admin.emitWithAck("session.kick", [kick("alice", id: id)], in: "/admin").first == answer)
            #expect(try await again.emitWithAck("now", [["value": 1]]) == [1])
            let other = try await admin.emitWithAck("session.kick", [kick("alice", id: id, reason: "other")], in: "/admin").first
            #expect(other?["code"] == "conflict")
            #expect(try await server.records("admin.session.kick").count == 2)
            // The id is the asker's own: somebody else may use the same.
            let colleague = try await staff(server, "colleague")
            #expect(try await colleague.emitWithAck("session.kick", [kick("alice", id: id)], in: "/admin").first?["closed"] == 1)
        }
    }

    @Test("MOD-10: a request that failed may be tried again under its id")
    func retryAfterFailure() async throws {
        try await server { server in
            let admin = try await staff(server)
            let id = ulid()
            #expect(try await admin.emitWithAck("session.kick", [kick("alice", id: id)], in: "/admin").first?["code"] == "not_found")
            _ = try await server.join("alice")
            #expect(try await admin.emitWithAck("session.kick", [kick("alice", id: id)], in: "/admin").first?["closed"] == 1)
        }
    }

    @Test("MOD-32: the intent is in the log before the effect, the result after it; both say who, whom and why")
    func intentBeforeEffect() async throws {
        try await server { server in
            let subject = try await server.join("alice")
            let admin = try await staff(server)
            let answer = try await admin.emitWithAck("session.kick", [kick("alice")], in: "/admin").first
            _ = try await subject.closed()
            let records = try await server.records()
            let intent = try #require(
                records.firstIndex { $0["event"] == "admin.session.kick" && $0["detail"]?["stage"] == "intent" })
            let effect = try #require(
                records.firstIndex { $0["event"] == "ns.left" && $0["actor"]?["sub"] == "alice" })
            let result = try #require(
                records.firstIndex { $0["event"] == "admin.session.kick" && $0["detail"]?["stage"] == "result" })
            #expect(intent < effect && effect < result)
            for index in [intent, result] {
                #expect(records[index]["detail"]?["reason"] == "spam")
                #expect(records[index]["actor"]?["sub"] == "mod")
                #expect(records[index]["target"]?["sub"] == "alice")
            }
            #expect(records[result]["seq"] == answer?["audit_seq"])
        }
    }

    @Test("ERR-04, MOD-06: an announcement reaches everyone it is for, past the receive rules")
    func announce() async throws {
        try await server { server in
            let root = try await server.join("alice")
            try await root.emitWithAck("join", [["room": "red"]])
            let side = try await server.join("bob", in: "/side")
            let admin = try await staff(server)
            func announce(_ more: JSONObject) async throws -> JSONValue? {
                var request: JSONObject = ["request_id": ulid(), "reason": "work", "text": "soon", "level": "warning"]
                for (key, value) in more.members { request[key] = value }
                return try await admin.emitWithAck("announce", [.object(request)], in: "/admin").first
            }
            #expect(try await announce([:])?["delivered"] == 3)
            #expect(try await root.event("system.announcement").first?["text"] == "soon")
            #expect(try await side.event("system.announcement", in: "/side").first?["level"] == "warning")
            #expect(try await announce(["ns": "/side"])?["delivered"] == 1)
            _ = try await side.event("system.announcement", in: "/side")
            #expect(try await announce(["ns": "/", "room": "red"])?["delivered"] == 1)
            #expect(try await announce(["ns": "/", "room": "none"])?["delivered"] == 0)
            #expect(try await announce(["ns": "/nobody"])?["code"] == "not_found")
            #expect(try await announce(["room": "red"])?["code"] == "invalid")
            #expect(try await announce(["ns": "nonsense"])?["code"] == "invalid")
            _ = try await root.event("system.announcement")
            try await root.refute("system.announcement", within: .zero)
        }
    }

    @Test("staff requests without an ack are refused: a change that nobody hears of is none")
    func withoutAck() async throws {
        try await server { server in
            let subject = try await server.join("alice")
            let admin = try await staff(server)
            try await admin.emit("session.kick", [kick("alice")], in: "/admin")
            #expect(try await admin.event("exception", in: "/admin").first?["code"] == "forbidden")
            #expect(try await subject.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("stats counts connections, namespaces, rooms and users")
    func statistics() async throws {
        try await server { server in
            let alice = try await server.join("alice")
            try await alice.emitWithAck("join", [["room": "red"]])
            _ = try await server.join("alice", over: .polling)
            let admin = try await staff(server)
            let stats = try await admin.emitWithAck("stats", [[:]], in: "/admin").first
            #expect(stats?["connections"] == 3)
            #expect(stats?["users"] == 2)
            #expect(stats?["rooms"] == 1)
            #expect(stats?["namespaces"]?["/"] == 2)
            #expect(stats?["transports"]?["polling"] == 1)
        }
    }

    @Test("MOD-32: when the audit log cannot be written, nothing is done")
    func auditUnavailable() async throws {
        try await server { server in
            let subject = try await server.join("alice")
            let admin = try await staff(server)
            try await server.runtime.audit.stop()
            #expect(try await admin.emitWithAck("session.kick", [kick("alice")], in: "/admin").first?["code"] == "audit_unavailable")
            #expect(try await subject.emitWithAck("now", [["value": 1]]) == [1])
        }
    }
}
