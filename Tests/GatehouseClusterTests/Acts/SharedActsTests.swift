#if Redis
    import Foundation
    import GatehouseAudit
    import GatehouseCluster
    import GatehouseJSON
    import GatehouseTestSupport
    import GatehouseTesting
    import GatehouseTokens
    import NIOCore
    import Testing

    @testable import Gatehouse
    @testable import GatehouseModeration

    /// CLU-22: several servers over one real Redis.
    @Suite("Acts of staff reach every node", .timeLimit(.minutes(3)))
    struct SharedActsTests {
        @Test("A ban, a mute, a lock, a revocation hold on the other node, and the answer says that they were sent")
        func restrictions() async throws {
            try await Cluster().two { one, two in
                let boss = try await Cluster.staff(one)
                let alice = try await two.join("/hall", as: "alice")
                let bob = try await two.join("/hall", as: "bob")
                let carol = try await two.join("/hall", as: "carol")
                #expect(try await bob.emitWithAck("join", ["red"]) == ["joined"])
                let mute = try await Cluster.act(boss, "user.mute", ["user": Cluster.user("bob"), "duration_s": 60])
                #expect(mute["cluster"] == "sent", "\(mute.serialized)")
                try await eventually("bob is muted") { try await bob.emitWithAck("say", ["x"]).first?["code"] == "muted" }
                try await Cluster.act(boss, "room.lock", ["ns": "/hall", "room": "blue", "mode": "closed"])
                try await eventually("blue is closed") { try await carol.emitWithAck("join", ["blue"]).first?["code"] == "room_locked" }
                try await Cluster.act(boss, "ban.add", ["kind": "user", "user": Cluster.user("alice"), "duration_s": 60])
                #expect(try await alice.event("system.closed").first?["code"] == "banned")
                await #expect(throws: ConnectRefused.self) { try await two.join("/hall", as: "alice") }
                // The clocks of the two nodes stand still at different seconds.
                let soon = one.server.runtime.clock.wallMilliseconds() / 1_000 + 30
                try await Cluster.act(boss, "token.revoke", ["user": Cluster.user("carol"), "issued_before": .integer(soon)])
                #expect(try await carol.event("system.closed").first?["code"] == "token_revoked")
                #expect(Cluster.state(one) == Cluster.state(two))
            }
        }

        @Test("What is done to sessions alone is done on the other node too: announce, evict, redact, kick")
        func live() async throws {
            try await Cluster().two { one, two in
                let boss = try await Cluster.staff(one)
                let alice = try await two.join("/hall", as: "alice")
                #expect(try await alice.emitWithAck("join", ["red"]) == ["joined"])
                try await Cluster.act(boss, "announce", ["text": "hello"])
                #expect(try await alice.event("system.announcement").first?["text"] == "hello")
                try await Cluster.act(boss, "message.redact", ["ns": "/hall", "room": "red", "message_id": "m1"])
                #expect(try await alice.event("message.redacted").first?["message_id"] == "m1")
                let evicted = try await Cluster.act(boss, "room.evict", ["ns": "/hall", "room": "red", "user": Cluster.user("alice")])
                #expect(evicted["cluster"] == "sent", "\(evicted.serialized)")
                try await eventually("alice is out") { try await two.server.handle.of("/hall").local.to("red").fetchSockets().isEmpty }
                let kicked = try await Cluster.act(boss, "session.kick", ["user": Cluster.user("alice"), "rejoin_after_s": 60])
                #expect(kicked["cluster"] == "sent", "\(kicked.serialized)")
                #expect(try await alice.event("system.closed").first?["code"] == "kicked_temporarily")
                await #expect(throws: ConnectRefused.self) { try await two.join("/hall", as: "alice") }
            }
        }

        @Test("A node drains when another is asked to drain it, and only then")
        func drain() async throws {
            try await Cluster().two { one, two in
                let boss = try await Cluster.staff(one)
                let alice = try await two.join("/hall", as: "alice")
                try await eventually("both names") { one.server.runtime.cluster?.status.nodes.count == 2 }
                #expect(try await Cluster.act(boss, "drain", ["deadline_s": 1, "node": "three"])["code"] == "not_found")
                let answer = try await Cluster.act(boss, "drain", ["deadline_s": 1, "node": "two"])
                #expect(answer["cluster"] == "sent", "\(answer.serialized)")
                #expect(try await alice.event("system.closed").first?["code"] == "shutdown")
                #expect(try await Cluster.read(boss, "staff.self")["rank"] != nil)
            }
        }

        @Test("Rank protects staff who are on another node")
        func rank() async throws {
            try await Cluster().two { one, two in
                _ = try await Cluster.staff(two, "chief")
                let mod = try await one.join("/admin", as: "mod", roles: ["moderator"])
                try await eventually("chief's rank is known") {
                    try await Cluster.act(mod, "user.mute", ["user": Cluster.user("chief"), "duration_s": 60])["code"] == "rank"
                }
            }
        }

        @Test("Two nodes that act on the same subjects at once end in the same state")
        func together() async throws {
            try await Cluster().two { one, two in
                let (left, right) = (try await Cluster.staff(one, "left"), try await Cluster.staff(two, "right"))
                @Sendable func work(_ client: SocketIOClient, _ seed: Int64) async throws {
                    for round: Int64 in 0..<12 {
                        let user = Cluster.user("u\((round + seed) % 3)")
                        try await Cluster.act(client, "user.mute", ["user": user, "duration_s": .integer(60 + round * 7 + seed)])
                        if round % 3 == seed { try await Cluster.act(client, "user.unmute", ["user": user]) }
                        let interval = JSONValue.integer((round + seed) % 5 + 1)
                        try await Cluster.act(client, "room.slow", ["ns": "/hall", "room": "red", "interval_s": interval])
                    }
                }
                async let first: Void = work(left, 0)
                async let second: Void = work(right, 1)
                _ = try await (first, second)
                // Whatever comes last has come to both once this has.
                try await Cluster.act(left, "room.lock", ["ns": "/hall", "room": "end-left"])
                try await Cluster.act(right, "room.lock", ["ns": "/hall", "room": "end-right"])
                for app in [one, two] {
                    try await eventually("both ends") {
                        app.server.runtime.restrictions.current.rooms.filter { $0.place.room.hasPrefix("end-") }.count == 2
                    }
                }
                try await eventually("the same state") { Cluster.state(one) == Cluster.state(two) }
            }
        }

        @Test("A node that was cut off goes on, tells of its acts when it is back, and learns what it missed")
        func partition() async throws {
            let cluster = try await Cluster()
            try await cluster.two { one, two in
                let (left, right) = (try await Cluster.staff(one, "left"), try await Cluster.staff(two, "right"))
                let alice = try await two.join("/hall", as: "alice")
                try cluster.redis.cut("two")
                try await eventually("two is cut off") { two.server.runtime.cluster?.status.isConnected == false }
                #expect(
                    try await Cluster.act(left, "ban.add", ["kind": "user", "user": Cluster.user("alice")])["cluster"] == "sent")
                #expect(
                    try await Cluster.act(right, "user.mute", ["user": Cluster.user("bob"), "duration_s": 60])["cluster"] == "queued")
                #expect(two.server.runtime.restrictions.current.mutes.count == 1)
                #expect(one.server.runtime.restrictions.current.mutes.isEmpty)
                #expect(try await alice.emitWithAck("say", ["still here"]) == ["said"])
                try cluster.redis.letBack("two")
                #expect(try await alice.event("system.closed", within: .seconds(20)).first?["code"] == "banned")
                try await eventually("bob is muted on one") { one.server.runtime.restrictions.current.mutes.count == 1 }
                try await eventually("the same state") { Cluster.state(one) == Cluster.state(two) }
            }
        }

        @Test("A node that was stopped applies what it missed, once, before it lets anyone in; a repeat of a request is known to it")
        func restart() async throws {
            let cluster = try await Cluster()
            let store = cluster.directory + "/two.sqlite"
            try await cluster.node("one") { one in
                let boss = try await Cluster.staff(one)
                try await cluster.node("two", store: .file(store)) { two in
                    _ = try await two.join("/hall", as: "alice")
                    try await Cluster.act(boss, "user.mute", ["user": Cluster.user("bob"), "duration_s": 60])
                    try await eventually("bob is muted") { two.server.runtime.restrictions.current.mutes.count == 1 }
                }
                let id = Cluster.id()
                let ban: JSONObject = ["kind": "user", "user": Cluster.user("alice"), "duration_s": 600]
                let banned = try await Cluster.act(boss, "ban.add", ban, id: id)
                #expect(banned["ban_id"]?.stringValue == id)
                for _ in 0..<2 {
                    try await cluster.node("two", store: .file(store)) { two in
                        await #expect(throws: ConnectRefused.self) { try await two.join("/hall", as: "alice") }
                        let again = try await Cluster.act(try await Cluster.staff(two), "ban.add", ban, id: id)
                        #expect(again["ban_id"]?.stringValue == id)
                        #expect(Cluster.state(two) == Cluster.state(one))
                        #expect(two.server.runtime.restrictions.current.bans.count == 1)
                    }
                }
            }
        }

        @Test("A start without Redis lets nobody in until it answers, unless the operator says so", arguments: [false, true])
        func startAlone(servesBehind: Bool) async throws {
            var cluster = try await Cluster()
            cluster.servesBehind = servesBehind
            cluster.redis.kill()
            try await cluster.node("one", isRequired: false) { one in
                if servesBehind {
                    _ = try await one.join("/hall", as: "alice")
                } else {
                    let refusal = await #expect(throws: ConnectRefused.self) { try await one.join("/hall", as: "alice") }
                    #expect(refusal?.code == "unavailable")
                }
                try await cluster.redis.start()
                try await eventually("one has caught up", within: .seconds(20)) { Cluster.isCurrent(one) }
                _ = try await one.join("/hall", as: "bob")
            }
        }

        @Test("A new node starts from a snapshot, and old entries go")
        func snapshot() async throws {
            var cluster = try await Cluster()
            cluster.retention.entries = 6
            cluster.retention.age = .zero
            try await cluster.node("one") { one in
                let boss = try await Cluster.staff(one)
                for index in 0..<20 {
                    try await Cluster.act(boss, "user.mute", ["user": Cluster.user("u\(index)"), "duration_s": 600])
                }
                try await Cluster.act(boss, "note.add", ["user": Cluster.user("u1"), "text": "a note"])
                try await Cluster.act(boss, "token.revoke", ["user": Cluster.user("u2")])
                try await eventually("entries are gone") {
                    let length = Int(try cluster.redis.command("XLEN", "socket.io:gatehouse:acts")) ?? 0
                    return length < 20
                }
                try await Cluster.act(boss, "user.mute", ["user": Cluster.user("last"), "duration_s": 600])
                try await cluster.node("three") { three in
                    #expect(three.server.runtime.restrictions.current.mutes.count == 21)
                    #expect(Cluster.state(three) == Cluster.state(one))
                    #expect(three.server.runtime.revocations.count == 1)
                }
            }
        }

        @Test(
            "What a node kept before it joined, the others learn; and all of it again when Redis has lost everything, its connections or not",
            arguments: [true, false])
        func joining(losesConnections: Bool) async throws {
            let cluster = try await Cluster()
            let store = cluster.directory + "/one.sqlite"
            try await TestApplication.run(gateways: [AdminGateway(store: .file(store))]) { alone in
                let boss = try await Cluster.staff(alone)
                try await Cluster.act(boss, "ban.add", ["kind": "user", "user": Cluster.user("alice")])
            }
            try await cluster.node("one", store: .file(store)) { one in
                try await cluster.node("two") { two in
                    try await eventually("two knows") { two.server.runtime.restrictions.current.bans.count == 1 }
                    try cluster.redis.command("FLUSHALL")
                    if losesConnections {
                        try cluster.redis.cut("two")
                        try cluster.redis.command("CLIENT", "KILL", "TYPE", "normal")
                        try cluster.redis.letBack("two")
                    }
                    try await eventually("the state is in Redis again") {
                        (Int(try cluster.redis.command("XLEN", "socket.io:gatehouse:acts")) ?? 0) > 0
                    }
                    try await cluster.node("three") { three in
                        try await eventually("three knows") { three.server.runtime.restrictions.current.bans.count == 1 }
                    }
                }
            }
        }

        @Test("That entries have gone is believed of a snapshot alone: what stands in Redis without a seal makes no node forget")
        func forgedGap() async throws {
            var cluster = try await Cluster()
            cluster.key = String(repeating: "k", count: 32)
            try await cluster.two { one, two in
                let boss = try await Cluster.staff(one)
                try await Cluster.act(boss, "ban.add", ["kind": "user", "user": Cluster.user("eve")])
                try await eventually("two knows") { two.server.runtime.restrictions.current.bans.count == 1 }
                try cluster.redis.command("HSET", "socket.io:gatehouse:acts:state", "removed", "18446744073709551615-0")
                try cluster.redis.command("CLIENT", "KILL", "TYPE", "normal")
                let again = try await Cluster.staff(two)
                try await Cluster.act(again, "user.mute", ["user": Cluster.user("bob"), "duration_s": 60])
                for node in [one, two] {
                    try await eventually("the mute") { node.server.runtime.restrictions.current.mutes.count == 1 }
                    #expect(node.server.runtime.restrictions.current.bans.count == 1)
                }
            }
        }

        @Test("With a key an entry that no node has sealed is refused; without one it is taken", arguments: [true, false])
        func seal(hasKey: Bool) async throws {
            var cluster = try await Cluster()
            if hasKey { cluster.key = String(repeating: "k", count: 32) }
            try await cluster.two { one, two in
                let entry = SharedBody.state([
                    KeptChange(
                        change: .mute(
                            Mute(
                                place: Mute.Place(user: UserID(iss: "test", subject: "eve"), namespace: nil, room: nil), ends: .max,
                                isShadow: false)),
                        origin: ActOrigin(
                            request: ULIDGenerator.shared.next(), by: UserID(iss: "test", subject: "x"), at: 0, reason: ""))
                ]).text
                try cluster.redis.command(
                    "XADD", "socket.io:gatehouse:acts", "*", "v", "1", "origin", "forged", "number", "1", "node", "one", "text", entry)
                let boss = try await Cluster.staff(one)
                try await Cluster.act(boss, "user.mute", ["user": Cluster.user("bob"), "duration_s": 60])
                let expected = hasKey ? 1 : 2
                try await eventually("two has what it takes") { two.server.runtime.restrictions.current.mutes.count == expected }
            }
        }

        @Test(
            "CLU-23: sessions, rooms and numbers are those of all nodes, in pages, each session with its node; one is kicked from afar",
            arguments: [false, true])
        func reads(hasKey: Bool) async throws {
            var cluster = try await Cluster()
            if hasKey { cluster.key = String(repeating: "k", count: 32) }
            try await cluster.two { one, two in
                let boss = try await Cluster.staff(one)
                for index in 0..<3 {
                    let here = try await one.join("/hall", as: "a\(index)")
                    let there = try await two.join("/hall", as: "b\(index)")
                    _ = try await here.emitWithAck("join", ["red"])
                    _ = try await there.emitWithAck("join", [.string(index == 0 ? "red" : "blue")])
                }
                var found: [String: String] = [:]
                var cursor: JSONValue?
                var pages = 0
                repeat {
                    let page = try await Cluster.read(
                        boss, "session.list", (["ns": "/hall", "limit": 2] as JSONObject).adding(["cursor": cursor]))
                    #expect(page["silent_nodes"] == [])
                    for item in page["items"]?.arrayValue ?? [] {
                        found[item["user"]?["sub"]?.stringValue ?? ""] = item["node"]?.stringValue
                    }
                    cursor = page["cursor"]
                    pages += 1
                } while cursor != nil && pages < 10
                #expect(found == ["a0": "one", "a1": "one", "a2": "one", "b0": "two", "b1": "two", "b2": "two"])
                let rooms = try await Cluster.read(boss, "room.list", ["ns": "/hall"])
                #expect(rooms["items"]?.arrayValue?.map { $0["members"] } == [2, 4], "\(rooms.serialized)")
                let stats = try await Cluster.read(boss, "stats")
                #expect(stats["cluster"]?["connections"] == 7)
                #expect(stats["cluster"]?["nodes"]?.arrayValue?.compactMap { $0["node"]?.stringValue }.sorted() == ["one", "two"])
                #expect(stats["cluster"]?["nodes"]?.arrayValue?.allSatisfy { $0["policy_differs"] == false } == true)
                let page = try await Cluster.read(boss, "session.list", ["user": Cluster.user("b1")])
                let reference = try #require(page["items"]?.arrayValue?.first?["sid_ref"])
                #expect(try await Cluster.read(boss, "session.get", ["sid_ref": reference])["node"] == "two")
                #expect(try await Cluster.act(boss, "session.kick", ["sid_ref": reference])["cluster"] == "sent")
                try await eventually("b1 is gone") { try await two.server.handle.of("/hall").local.fetchSockets().count == 2 }
            }
        }

        @Test("CLU-23: a node that does not answer is named")
        func silent() async throws {
            let cluster = try await Cluster()
            try await cluster.two { one, two in
                let boss = try await Cluster.staff(one)
                try await eventually("both names") { one.server.runtime.cluster?.status.nodes.count == 2 }
                two.server.runtime.sockets.serverSideEvents.listen(to: OtherNodes.event, in: "/admin") { _ in nil }
                try cluster.redis.cut("two")
                let page = try await Cluster.read(boss, "session.list")
                #expect(page["items"]?.arrayValue?.count == 1)
            }
        }
    }
#endif
