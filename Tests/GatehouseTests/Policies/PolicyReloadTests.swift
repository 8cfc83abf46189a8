import GatehouseAudit
import GatehouseJSON
import GatehouseModeration
import GatehousePolicy
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Policies change while the server runs")
struct PolicyReloadTests {
    private static let open = TestPolicies().allowing()
    /// Everybody sends everything; hosts do, and everybody joins rooms.
    private static let sending = "event: \"**\" }\nreceive"
    private static let hostsOnly =
        "event: \"**\", when: { roles: { any_of: [host] } } }\n    - { id: root.joins, event: join }\nreceive"

    private func changed(_ policies: TestPolicies, _ revision: Int, _ text: String = "", _ other: String = "") -> TestPolicies {
        var copy = policies
        if !text.isEmpty { copy.replace(text, with: other, in: "root.yaml") }
        copy.replace("revision: 1\n", with: "revision: \(revision)\n", in: "root.yaml")
        return copy
    }

    private func reload(_ server: TestServer, _ policies: TestPolicies) async throws -> PolicyReload.Outcome {
        try server.directory.write(policies)
        return try await #require(server.runtime.policyReload).reload(by: .hangUp)
    }

    @Test("POL-40, SEC-18: the next message is decided by the new policies, and the audit log says which they are", arguments: [1, 2])
    func nextMessage(_ loops: Int) async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.loops = loops }) { server in
            let client = try await server.join()
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            let outcome = try await reload(server, changed(Self.open, 2, Self.sending, Self.hostsOnly))
            #expect(outcome.changed && outcome.closed == 0)
            #expect(try await client.emitWithAck("now", [["value": 2]]).first?["code"] == "forbidden")
            #expect(try await client.emitWithAck("join", [["room": "red"]]) == [true])
            let activated = try #require(try await server.records("policy.activated").first)
            #expect(activated["detail"]?["generation"] == 2 && activated["detail"]?["revision"] == 2)
            #expect(activated["detail"]?["sha256"] == .string(outcome.bundle.sha256) && activated["detail"]?["by"] == "sighup")
            #expect(try await server.records("policy.checked").count == 1)
        }
    }

    @Test(
        "POL-10: sessions that may no longer be here are closed with forbidden and a decision id; the others stay, on every transport",
        arguments: [
            SocketIOClient.Transport.webSocket, .polling,
        ])
    func losers(_ transport: SocketIOClient.Transport) async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let user = try await server.join("alice", roles: ["user"], over: transport)
            let staff = try await server.join("sam", roles: ["staff"], over: transport)
            let outcome = try await reload(
                server, changed(Self.open, 2, "when: { issuer: corp }", "when: { issuer: corp, roles: { any_of: [staff] } }"))
            #expect(outcome.closed == 1)
            let notice = try #require(try await user.event("system.closed").first)
            #expect(notice["code"] == "forbidden" && notice["retry"] == .bool(false))
            let record = try await server.record(of: notice["decision"]?.stringValue)
            #expect(record?["actor"]?["sub"] == "alice" && record?["decision"]?["gen"] == 2)
            #expect(try await staff.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("POL-10: rooms that are no longer allowed are left, and nothing said there is received any more")
    func rooms() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let client = try await server.join()
            for room in ["red", "blue"] { _ = try await client.emitWithAck("join", [["room": .string(room)]]) }
            _ = try await reload(server, changed(Self.open, 2, "room: \"**\"", "room: blue"))
            try server.handle.of("/").to("red").emit("said", 1)
            try server.handle.of("/").to("blue").emit("said", 2)
            #expect(try await client.event("said") == [2])
        }
    }

    @Test("POL-10: where the server put a client no rule was asked, and none is when rules or tokens change; the server takes it out")
    func roomsOfTheServer() async throws {
        let policies = TestPolicies().allowing(more: "token: { on_expiry: refresh, refresh: { window: 60s } }")
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.policies = policies }) { server in
            let client = try await server.join(lifetime: 600)
            for room in ["red", "blue"] { _ = try await client.emitWithAck("join", [["room": .string(room)]]) }
            let everyone = server.handle.of("/")
            for room: RoomName in ["red", "green"] { try await everyone.socketsJoin(room) }
            _ = try await reload(server, changed(policies, 2, "room: \"**\"", "room: none"))
            #expect(try await everyone.fetchSockets().first?.rooms.dropFirst().sorted() == ["green", "red"])
            #expect(try await client.emitWithAck("auth.refresh", [.object(try server.auth(lifetime: 900))]).first?["exp"] != nil)
            #expect(try await everyone.fetchSockets().first?.rooms.dropFirst().sorted() == ["green", "red"])
            for room: RoomName in ["red", "green"] { try await everyone.socketsLeave(room) }
            #expect(try await everyone.fetchSockets().first?.rooms.count == 1)
            #expect(try await client.emitWithAck("join", [["room": "red"]]).first?["code"] == "forbidden")
        }
    }

    @Test("POL-11: who receives an event is asked of the new rules, before the session has sent anything")
    func receivers() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let client = try await server.join()
            _ = try await reload(server, changed(Self.open, 2, "receive, event: \"**\"", "receive, event: last"))
            try server.handle.of("/").emit("said", 1)
            try server.handle.of("/").emit("last", 2)
            #expect(try await client.event("last") == [2])
            #expect((try? await client.event("said", within: .zero)) == nil)
        }
    }

    @Test("POL-08: an event that was decided under the earlier policies reaches those who could receive it then")
    func oneGeneration() async throws {
        let gate = AsyncStream<Void>.makeStream()
        let entered = AsyncStream<Void>.makeStream()
        let gateway = ScriptGateway<Root>(later: { step, context in
            entered.continuation.yield()
            try await gate.stream.next()
            try context.others.emit("said", step.value ?? .null)
            return step.value
        })
        try await TestServer.with(PendingMount(gateway)) { server in
            let (alice, bob) = (try await server.join("alice"), try await server.join("bob"))
            async let answer = alice.emitWithAck("later", [["value": 7]])
            try await entered.stream.next()
            _ = try await reload(server, changed(Self.open, 2, "receive, event: \"**\"", "receive, event: last"))
            gate.continuation.yield()
            #expect(try await answer == [7])
            #expect(try await bob.event("said") == [7])
        }
    }

    enum Way: CaseIterable { case client, others, reply }

    /// Sends by the context's client, to whoever else is there, or by what it returns.
    struct Answering: Gateway {
        static let namespace: Namespace = "/"
        let way: Way
        let entered = AsyncStream<Void>.makeStream()
        let gate = AsyncStream<Void>.makeStream()
        let kept = Latest()

        func routes(_ on: inout Routes) { on("ask", ask) }

        func ask(_ step: Step, _ context: EventContext) async throws -> EventReply<JSONValue> {
            kept.context = context
            entered.continuation.yield()
            // Whose time is up goes on without an answer.
            _ = try? await gate.stream.next()
            if way == .client { try context.client.emit("said", 1) }
            if way == .others { try context.client.everyoneElse.emit("said", 1) }
            return EventReply(way == .reply ? "said" : "last", 1)
        }
    }

    @Test("POL-08: so does what is sent through its client, and what the handler answers by", arguments: Way.allCases)
    func oneGenerationOfReplies(_ way: Way) async throws {
        let gateway = Answering(way: way)
        try await TestServer.with(PendingMount(gateway)) { server in
            let (alice, bob) = (try await server.join("alice"), try await server.join("bob"))
            async let answer = alice.emitWithAck("ask", [[:]])
            try await gateway.entered.stream.next()
            _ = try await reload(server, changed(Self.open, 2, "receive, event: \"**\"", "receive, event: last"))
            gateway.gate.continuation.yield()
            #expect(try await (way == .others ? bob : alice).event("said") == [1])
            #expect(try await answer.isEmpty)
            gateway.kept.context = nil
        }
    }

    @Test("SEC-18: a context that is kept sends by the policies in force once its handler has ended, another event or none meanwhile")
    func keptContext() async throws {
        let latest = Latest()
        let gateway = ScriptGateway<Root>(now: { _, context in
            latest.context = context
            return nil
        })
        try await TestServer.with(PendingMount(gateway)) { server in
            defer { latest.context = nil }
            let (alice, bob) = (try await server.join("alice"), try await server.join("bob"))
            try await alice.emitWithAck("now", [[:]])
            let context = try #require(latest.context)
            try context.everyone.emit("said", 1)
            #expect(try await bob.event("said") == [1])
            _ = try await reload(server, changed(Self.open, 2, "receive, event: \"**\"", "receive, event: last"))
            for event in ["said", "last"] { try context.everyone.emit(event, 2) }
            #expect(try await bob.event("last") == [2])
            try await bob.refute("said", within: .zero)
        }
    }

    @Test("SEC-18: so does the context of a handler whose time was up")
    func contextOfLateHandler() async throws {
        let gateway = Answering(way: .others)
        try await TestServer.with(PendingMount(gateway)) { server in
            let (alice, bob) = (try await server.join("alice"), try await server.join("bob"))
            async let answer = alice.emitWithAck("ask", [[:]])
            try await gateway.entered.stream.next()
            _ = try await reload(server, changed(Self.open, 2, "receive, event: \"**\"", "receive, event: last"))
            try await server.advance(.milliseconds(10_300))
            #expect(try await answer.first?["code"] == "timeout")
            try await server.eventually { try await server.unfinished == 0 }
            defer { gateway.kept.context = nil }
            let context = try #require(gateway.kept.context)
            for event in ["said", "last"] { try context.others.emit(event, 2) }
            #expect(try await bob.event("last") == [2])
            try await bob.refute("said", within: .zero)
        }
    }

    @Test(
        "POL-41: whatever is wrong with the files leaves the old policies in force, and the audit log says so",
        arguments: [
            ("revision: 1\n", "revision: 2\nfoo: bar\n", "unknown key"),
            ("when: { issuer: corp }", "when: { issuer: nobody }", "an issuer that is not there"),
            ("room: \"**\"", "room: \"*\"", "a revision that does not grow"),
            ("namespace: /\n", "namespace: /other\n", "another namespace"),
        ])
    func rejected(_ text: String, _ other: String, _ what: String) async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let client = try await server.join()
            var broken = Self.open
            broken.replace(text, with: other, in: "root.yaml")
            try server.directory.write(broken)
            await #expect(throws: PolicyReloadError.self, "\(what)") {
                try await server.runtime.policyReload?.reload(by: .fileChange)
            }
            #expect(server.runtime.policies.current.generation == 1)
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            #expect(try await server.records("policy.rejected").count == 1)
            #expect(try await server.records("policy.activated").isEmpty)
        }
    }

    @Test("POL-41: a bundle whose own tests fail is not put in force")
    func failingTests() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            try server.directory.write(changed(Self.open, 2))
            let suite = """
                apiVersion: gatehouse/v1
                kind: PolicyTest
                suite: root
                cases:
                  - { name: nobody posts, as: { iss: corp, sub: u1 }, do: { send: now }, expect: { effect: deny } }
                """
            try server.directory.write(suite, to: "policies/tests/root.test.yaml")
            let error = await #expect(throws: PolicyReloadError.self) { try await server.runtime.policyReload?.reload(by: .hangUp) }
            #expect(error?.description.contains("nobody posts") == true)
            #expect(server.runtime.policies.current.generation == 1)
        }
    }

    @Test("POL-42: a rollback puts the earlier policies in force under a generation of their own")
    func rollback() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let client = try await server.join()
            _ = try await reload(server, changed(Self.open, 2, Self.sending, Self.hostsOnly))
            #expect(try await client.emitWithAck("now", [["value": 1]]).first?["code"] == "forbidden")
            let outcome = try await #require(server.runtime.policyReload).rollback(1, by: .hangUp)
            #expect(outcome.bundle.generation == 3 && outcome.bundle.revision == 1)
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            #expect(try await server.records("policy.rolled_back").count == 1)
            await #expect(throws: PolicyReloadError.self) { try await server.runtime.policyReload?.rollback(3, by: .hangUp) }
        }
    }

    @Test("POL-42: the last eight policies are kept")
    func history() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            for revision in 2...12 { _ = try await reload(server, changed(Self.open, revision)) }
            #expect(server.runtime.policies.earlier.map(\.revision) == [11, 10, 9, 8, 7, 6, 5, 4])
        }
    }

    @Test(
        "POL-43, POL-08, R23: a thousand reloads under load: nothing is decided by a mix of two bundles, nothing is lost",
        arguments: [1, 2])
    func atomic(_ loops: Int) async throws {
        // In one bundle an event may be sent and received; in the other neither. A message that was accepted reaches the other client; a
        // mix would accept what nobody may receive.
        let closed = changed(
            changed(Self.open, 1, Self.sending, Self.hostsOnly), 1, "receive, event: \"**\"",
            "receive, event: last")
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.loops = loops }) { server in
            // Alice hears what she has said, and asks for none of it: the slower the reloads, the more.
            let (alice, bob) = (try await server.join("alice", inboxLimit: 1 << 20), try await server.join("bob"))
            let reloading = Task {
                for round in 0..<500 {
                    _ = try await reload(server, changed(closed, 2 * round + 2))
                    _ = try await reload(server, changed(Self.open, 2 * round + 3))
                }
            }
            var accepted = 0, refused = 0
            var number: Int64 = 0
            while server.runtime.policies.current.generation < 1_001 {
                number += 1
                let answer = try await alice.emitWithAck("say", [["value": .integer(number)]])
                if answer.isEmpty {
                    // The next one that is heard is the next one that was accepted: none is lost, none of the refused is heard.
                    #expect(try await bob.event("said") == [.integer(number)])
                    accepted += 1
                } else {
                    #expect(answer.first?["code"] == "forbidden")
                    refused += 1
                }
            }
            try await reloading.value
            #expect(server.runtime.policies.current.generation == 1_001)
            #expect(try await alice.emitWithAck("say", [["value": -1]]).isEmpty)
            #expect(try await bob.event("said") == [-1])
            #expect(accepted > 0 && refused > 0, "\(accepted) accepted, \(refused) refused")
        }
    }

    @Test(
        "POL-10, SEC-16: under policies that let tokens be refreshed a session that was never told of its end is told; one that was, is not again",
        arguments: [true, false])
    func expiryNotice(_ wasTold: Bool) async throws {
        let refreshing = "token: { on_expiry: refresh, refresh: { window: 60s } }\n"
        let before = wasTold ? refreshing : "token: { on_expiry: disconnect }\n"
        let policies = TestPolicies().allowing(more: before)
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.policies = policies }) { server in
            let client = try await server.join(lifetime: 600)
            try await server.advance(.seconds(541))
            if wasTold {
                #expect(try await client.event("auth.expiring") == [["exp": .integer(TestClock.start / 1_000 + 600)]])
            } else {
                try await client.refute("auth.expiring", within: .zero)
            }
            _ = try await reload(server, changed(policies, 2, before, refreshing))
            try await server.advance(.seconds(1))
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            if wasTold {
                try await client.refute("auth.expiring", within: .zero)
            } else {
                #expect(try await client.event("auth.expiring") == [["exp": .integer(TestClock.start / 1_000 + 600)]])
            }
        }
    }

    // MARK: By staff

    private static let admin = open.allowing(
        "/admin", connect: "{ id: admin.staff, when: { roles: { any_of: [moderator, admin] } } }",
        send:
            "{ id: adm.policy, event: [policy.status, policy.explain, policy.matrix, policy.reload, policy.rollback], when: { roles: { any_of: [moderator, admin] } } }\n"
            + "    - { id: adm.read, event: [session.list, stats, announce, token.revoke, user.reauth] }\n    - { id: adm.kick, event: session.kick, when: { roles: { any_of: [admin] } } }\n"
            + "    - { id: adm.rest, event: \"**\", when: { roles: { any_of: [admin] } } }"
    )

    private func ask(_ client: SocketIOClient, _ event: String, _ more: JSONObject = [:]) async throws -> JSONValue {
        var request: JSONObject = ["request_id": .string(ULIDGenerator.shared.next().description), "reason": "test"]
        for member in more.members { request[member.key] = member.value }
        return try #require(try await client.emitWithAck(event, [.object(request)], in: "/admin").first)
    }

    @Test("MOD-32, POL-44: staff reload and roll back through /admin, but give themselves nothing")
    func staff() async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(AdminGateway(store: .inMemory())), configure: { $0.policies = Self.admin }
        ) { server in
            let moderator = try await server.join("mo", roles: ["moderator"], in: "/admin")
            try server.directory.write(changed(Self.admin, 2))
            let answer = try await ask(moderator, "policy.reload")
            #expect(answer["generation"] == 2 && answer["changed"] == .bool(true) && answer["audit_seq"] != nil)
            #expect(try await ask(moderator, "policy.reload")["changed"] == .bool(false))

            var greedy = changed(Self.admin, 3)
            greedy.replace("session.kick, when: { roles: { any_of: [admin] } }", with: "session.kick", in: "admin.yaml")
            greedy.replace("revision: 1\n", with: "revision: 2\n", in: "admin.yaml")
            try server.directory.write(greedy)
            let refusal = try await ask(moderator, "policy.reload")
            #expect(refusal["code"] == "forbidden" && refusal["message"]?.stringValue?.contains("session.kick") == true)
            #expect(server.runtime.policies.current.generation == 2)

            #expect(try await ask(moderator, "policy.rollback", ["steps": 1])["generation"] == 3)
            let status = try #require(try await moderator.emitWithAck("policy.status", [.object([:])], in: "/admin").first)
            #expect(status["generation"] == 3 && status["earlier"]?.arrayValue?.count == 2)
            let stages = try await server.records("admin.policy.reload").compactMap { $0["detail"]?["stage"]?.stringValue }
            #expect(stages == ["intent", "result", "intent", "result", "intent", "result"])
        }
    }
}
