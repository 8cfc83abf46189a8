import GatehouseAudit
import GatehouseJSON
import GatehouseModeration
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("The live feed on /admin", .timeLimit(.minutes(5)))
struct FeedTests {
    private static let send =
        "{ id: adm.read, event: [session.list, feed.subscribe, feed.unsubscribe] }\n"
        + "    - { id: adm.act, event: [session.kick], when: { roles: { any_of: [moderator] } } }\n"
        + "    - { id: adm.rest, event: \"**\", when: { roles: { any_of: [admin] } } }"
    private static let policies = TestPolicies(global: Crowd.limits)
        .allowing(join: "{ id: root.join, room: \"r:*\" }").allowing("/side")
        .allowing(
            "/admin", connect: "{ id: admin.staff, when: { roles: { any_of: [viewer, moderator, auditor] } } }", send: send,
            receive: "{ id: adm.feed, event: \"feed.*\", when: { roles: { any_of: [viewer, moderator] } } }")

    private func server(loops: Int = 1, _ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()), PendingMount(AdminGateway(store: .inMemory())),
            configure: {
                $0.policies = Self.policies
                $0.loops = loops
            }, body)
    }

    private func follow(
        _ server: TestServer, _ topics: JSONValue, roles: [String] = ["viewer"], _ filter: JSONObject = [:]
    ) async throws -> SocketIOClient {
        let staff = try await server.join("viv", roles: roles, in: "/admin")
        var request = filter
        request["topics"] = topics
        let answer = try await staff.emitWithAck("feed.subscribe", [.object(request)], in: "/admin").first
        #expect(answer?["topics"] == topics)
        return staff
    }

    /// The next items of a topic, until there are as many as are wanted.
    private func items(_ count: Int, _ topic: String, _ staff: SocketIOClient) async throws -> [JSONValue] {
        var items: [JSONValue] = []
        while items.count < count {
            let batch = try #require(try await staff.event("feed." + topic, in: "/admin").first)
            items += try #require(batch["items"]?.arrayValue)
        }
        return items
    }

    private func user(_ subject: String) -> JSONValue { ["iss": .string(TestTokens.iss), "sub": .string(subject)] }

    private func kinds(_ items: [JSONValue]) -> [String] { items.compactMap { $0["kind"]?.stringValue } }

    @Test("MOD-09: sessions are told as they open, join, leave and close, with user and reason")
    func sessions() async throws {
        try await server { server in
            let staff = try await follow(server, ["session"])
            let alice = try await server.join("alice")
            try await alice.close()
            let items = try await items(4, "session", staff)
            #expect(kinds(items) == ["opened", "joined", "left", "closed"])
            #expect(Set(items.compactMap { $0["sid_ref"]?.stringValue }).count == 1)
            #expect(items[0]["transport"] == "websocket" && items[1]["user"] == user("alice") && items[1]["ns"] == "/")
            #expect(items[2]["reason"]?.stringValue != nil && items[3]["user"] == user("alice") && items[3]["ms"] != nil)
            for item in items { #expect(!item.serialized.contains(alice.engineSessionID)) }
        }
    }

    @Test("MOD-09: rooms are created by their first member and deleted with their last, on however many loops", arguments: [1, 3])
    func rooms(loops: Int) async throws {
        try await server(loops: loops) { server in
            var clients: [SocketIOClient] = []
            for number in 0..<4 { clients.append(try await server.join("user\(number)")) }
            try await clients[0].emitWithAck("join", [["room": "r:old"]])
            let staff = try await follow(server, ["room"])
            // The rooms that there are already are counted on every loop before anything is called created.
            try await server.eventually {
                for loop in server.runtime.sockets.allLoops { _ = try await loop.submit { _ in } }
                return true
            }
            for client in clients { try await client.emitWithAck("join", [["room": "r:new"]]) }
            try await clients[1].emitWithAck("join", [["room": "r:old"]])
            for client in clients { try await client.emitWithAck("leave", [["room": "r:new"]]) }
            let items = try await items(11, "room", staff)
            #expect(items.filter { $0["room"] == "r:new" && $0["kind"] == "created" }.count == 1)
            #expect(items.filter { $0["room"] == "r:new" && $0["kind"] == "deleted" }.count == 1)
            #expect(items.filter { $0["room"] == "r:new" && $0["kind"] == "joined" }.count == 4)
            #expect(kinds(items.filter { $0["room"] == "r:old" }) == ["joined"])
            #expect(items.allSatisfy { $0["ns"] == "/" })
        }
    }

    @Test("MOD-09, MOD-31: refusals carry code, rule, reason and decision, and nothing of the message")
    func decisions() async throws {
        try await server { server in
            let staff = try await follow(server, ["decision"])
            let alice = try await server.join("alice")
            let refused = try await alice.emitWithAck("ban.everybody", ["the-body"]).first
            let room = try await alice.emitWithAck("join", [["room": "secret"]]).first
            await #expect(throws: ConnectRefused.self) { try await alice.join("/side", auth: ["token": "the-token"]) }
            let items = try await items(3, "decision", staff)
            #expect(kinds(items) == ["denied", "denied", "denied"])
            #expect(items[0]["decision"] == refused?["decision"] && items[0]["code"] == "forbidden" && items[0]["event"] == "ban.everybody")
            #expect(items[0]["user"] == user("alice") && items[0]["ns"] == "/" && items[0]["record"] == "msg.denied")
            #expect(items[1]["decision"] == room?["decision"] && items[1]["room"] == "secret" && items[1]["record"] == "room.denied")
            #expect(items[2]["record"] == "auth.failed" && items[2]["code"] == "unauthorized" && items[2]["ns"] == "/side")
            for item in items { #expect(!item.serialized.contains("the-body") && !item.serialized.contains("the-token")) }
        }
    }

    @Test("MOD-09: acts and alerts are told, by whoever publishes them")
    func published() async throws {
        try await server { server in
            let staff = try await follow(server, ["moderation", "alert"])
            let act = FeedItem(
                act: "session.kick", by: UserID(iss: "i", subject: "mod"), on: AuditTarget(issuer: "i", subject: "u"), reason: "spam",
                outcome: "done", counts: [("closed", 2)], seq: 7, at: 5)
            server.runtime.feed.publish(.moderation, act)
            #expect(
                try await items(1, "moderation", staff) == [
                    [
                        "kind": "session.kick", "at": 5, "user": ["iss": "i", "sub": "u"], "by": ["iss": "i", "sub": "mod"],
                        "outcome": "done", "reason": "spam", "audit_seq": 7, "detail": ["closed": 2],
                    ]
                ])
            server.runtime.audit.record(AuditRecord(.nodeLimit, detail: ["limit": "node"]))
            let alert = try await items(1, "alert", staff)[0]
            #expect(alert["kind"] == "limit.node" && alert["severity"] == "warning" && alert["detail"] == ["limit": "node"])
        }
    }

    @Test("MOD-09: a filter passes what is about its namespace, room or user")
    func filters() async throws {
        try await server { server in
            let staff = try await follow(server, ["room"], ["user": user("bob"), "room": "r:red", "ns": "/"])
            for name in ["alice", "bob"] {
                let client = try await server.join(name)
                for room in ["r:blue", "r:red"] { try await client.emitWithAck("join", [["room": .string(room)]]) }
            }
            let found = try await items(1, "room", staff)
            #expect(found.count == 1 && found[0]["user"] == user("bob") && found[0]["room"] == "r:red")
        }
    }

    @Test("MOD-24: whoever may receive no topic gets no subscription; wrong topics are invalid")
    func refused() async throws {
        try await server { server in
            let auditor = try await server.join("aud", roles: ["auditor"], in: "/admin")
            let cases: [(JSONValue, JSONValue)] = [
                (["topics": ["session"]], "forbidden"), (["topics": []], "invalid"), (["topics": ["everything"]], "invalid"),
                (["topics": ["session"], "ns": "x"], "invalid"),
            ]
            for (request, code) in cases {
                #expect(try await auditor.emitWithAck("feed.subscribe", [request], in: "/admin").first?["code"] == code)
            }
            #expect(server.runtime.feed.count == 0)
        }
    }

    @Test("MOD-24: losing the right by other policies closes the feed at once, and the client is told")
    func lostByPolicy() async throws {
        try await server { server in
            let staff = try await follow(server, ["session", "decision"])
            var policies = Self.policies
            policies.replace("revision: 1\n", with: "revision: 2\n", in: "admin.yaml")
            policies.replace("any_of: [viewer, moderator] } } }", with: "any_of: [moderator] } } }", in: "admin.yaml")
            try server.directory.write(policies)
            _ = try await server.runtime.policyReload?.reload(by: .hangUp)
            let told = try #require(try await staff.event("exception", in: "/admin").first)
            #expect(told["code"] == "forbidden" && told["cause"]?["pattern"] == "feed.subscribe")
            #expect(server.runtime.feed.count == 0 && !server.runtime.feed.isWatched(.session))
            _ = try await server.join("alice")
            #expect(try await staff.emitWithAck("session.list", [["ns": "/"]], in: "/admin").first?["items"]?.arrayValue?.count == 1)
        }
    }

    @Test("a subscription ends by request, with another one, and with its client")
    func ends() async throws {
        try await server { server in
            let staff = try await follow(server, ["session"])
            #expect(try await staff.emitWithAck("feed.subscribe", [["topics": ["alert"]]], in: "/admin").first?["topics"] == ["alert"])
            #expect(server.runtime.feed.count == 1 && !server.runtime.feed.isWatched(.session))
            #expect(try await staff.emitWithAck("feed.unsubscribe", [[:]], in: "/admin").first == ["ended": true])
            #expect(try await staff.emitWithAck("feed.unsubscribe", [[:]], in: "/admin").first == ["ended": false])
            #expect(server.runtime.feed.count == 0)
            _ = try await staff.emitWithAck("feed.subscribe", [["topics": ["room"]]], in: "/admin")
            try await staff.close()
            try await server.eventually { server.runtime.feed.count == 0 }
        }
    }

    @Test("MOD-30: a burst beyond the queue is cut, and the next item tells by how much; nothing is lost without being counted")
    func drops() async throws {
        try await server { server in
            let staff = try await follow(server, ["moderation"])
            let (count, feed) = (10_000, server.runtime.feed)
            for number in 0..<count {
                feed.publish(
                    .moderation,
                    FeedItem(act: "act", by: nil, on: AuditTarget(), reason: "r", at: Int64(number)))
            }
            var got = 0
            var dropped: Int64 = 0
            var last: JSONValue?
            while last != .integer(Int64(count - 1)) {
                let batch = try await items(1, "moderation", staff)
                got += batch.count
                dropped += batch.reduce(0) { $0 + ($1["dropped"]?.integerValue ?? 0) }
                last = batch.last?["at"]
            }
            #expect(Int64(got) + dropped == Int64(count) && dropped > 0)
        }
    }

    @Test("MOD-30: a subscriber that does not read holds neither its connection's queue nor anybody else up, and is told of its loss")
    func slow() async throws {
        try await server { server in
            let slow = try await SlowReader(server, subject: "slow")
            let token = try TestTokens.token("slow", roles: ["viewer"], now: server.clock.wallMilliseconds / 1_000)
            try await slow.send("40/admin,{\"token\":\"\(token)\"}")
            try await slow.send("42/admin,1[\"feed.subscribe\",{\"topics\":[\"moderation\"]}]")
            try await server.eventually { server.runtime.feed.count == 1 }
            let alice = try await server.join("alice")
            let reason = String(repeating: "x", count: 1_000)
            for round in 0..<40 {
                for number in 0..<500 {
                    server.runtime.feed.publish(
                        .moderation,
                        FeedItem(act: "act", by: nil, on: AuditTarget(), reason: reason, at: Int64(round * 500 + number)))
                }
                #expect(try await alice.emitWithAck("now", [["value": 1]]) == [1])
                #expect(try await server.queuedBytes < 256 << 10)
            }
            #expect(server.runtime.feed.count == 1)
            try await slow.resume()
            try await server.eventually {
                while let frame = slow.frame() {
                    if frame.text.contains("\"dropped\":") { return true }
                }
                return false
            }
        }
    }

    @Test("MOD-09: hostile names come as text, whole and unharmed")
    func hostile() async throws {
        try await server { server in
            let staff = try await follow(server, ["decision"])
            let alice = try await server.join("al\"ice\u{1b}[2J</script>")
            let names = ["<img src=x onerror=alert(1)>", "a\u{202e}b", "x\u{0}y", "\u{1b}]0;t\u{7}", "'; drop table--"]
            for name in names { _ = try await alice.emitWithAck(name, ["x"]) }
            let items = try await items(names.count, "decision", staff)
            #expect(items.compactMap { $0["event"]?.stringValue } == names)
            #expect(items.allSatisfy { $0["user"]?["sub"] == "al\"ice\u{1b}[2J</script>" })
        }
    }

    @Test("MOD-30: 5,000 closings hold no event loop up longer because somebody follows, but for a few milliseconds a turn")
    func burst() async throws {
        var turns: [Double] = []
        for isFollowed in [false, true] {
            try await server { server in
                try await Crowd.gather(Sanitizer.name == nil ? 5_000 : 1_000, in: server)
                var staff: SocketIOClient?
                if isFollowed {
                    staff = try await follow(server, ["session", "room", "decision", "moderation", "alert"], roles: ["moderator"])
                }
                let loop = try #require(server.runtime.sockets.allLoops.first).eventLoop
                let (longest, count) = try await TurnProbe.longest(on: loop) {
                    _ = try await server.runtime.directory.close(SessionFilter(namespace: "/"), ConnectionClosure(.kicked))
                }
                print("feed: 5,000 closings, followed \(isFollowed): longest \((longest * 100).rounded() / 100) ms of \(count)")
                turns.append(longest)
                if let staff { #expect(try await items(1, "session", staff).contains { $0["kind"] == "left" || $0["dropped"] != nil }) }
            }
        }
        #expect(turns[1] < turns[0] + Self.longest * Sanitizer.slowness)
    }

    /// What the feed may add to a turn, in milliseconds. Without optimisation everything takes many times as long.
    private static let longest: Double = {
        #if DEBUG
            40
        #else
            3
        #endif
    }()
}
