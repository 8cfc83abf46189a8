import GatehouseAudit
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Mutes, locks and slow mode on the way of a message")
struct SendRestrictionTests {
    static let roomAt = "{ id: root.send, event: now, room_at: /room }\n    - { id: root.rest, event: [later, join, leave, say] }"

    private func server(
        send: String? = roomAt, connect: String? = nil, more: String = "", loops: Int = 1, _ body: (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()),
            configure: {
                $0.policies = TestPolicies().allowing(connect: connect, send: send, more: more).allowing("/side")
                $0.loops = loops
            }, body)
    }

    private func say(_ client: SocketIOClient, room: String? = nil, in namespace: String = "/") async throws -> JSONValue? {
        var step: JSONObject = ["value": 1]
        if let room { step["room"] = .string(room) }
        return try await client.emitWithAck(room == nil ? "later" : "now", [.object(step)], in: namespace).first
    }

    // MARK: Mutes

    /// Where a mute holds, and the code of a send to room `tea` of `/`, to no room of `/`, and in `/side`.
    static let scopes: [(namespace: Namespace?, room: String?, tea: String?, none: String?, side: String?)] = [
        (nil, nil, "muted", "muted", "muted"), ("/", nil, "muted", "muted", nil), ("/side", nil, nil, nil, "muted"),
        ("/", "tea", "muted", nil, nil), ("/", "coffee", nil, nil, nil),
    ]

    @Test("MOD-04: a mute holds in its scope, for its user alone", arguments: scopes)
    func scope(_ one: (namespace: Namespace?, room: String?, tea: String?, none: String?, side: String?)) async throws {
        try await server { server in
            server.restrict(mutes: [.of("alice", one.namespace, room: one.room)])
            let (alice, bob) = (try await server.join(), try await server.join("bob"))
            for client in [alice, bob] { try await client.join("/side", auth: try server.auth(client === bob ? "bob" : "alice")) }
            #expect(try await say(alice, room: "tea")?["code"]?.stringValue == one.tea)
            #expect(try await say(alice)?["code"]?.stringValue == one.none)
            #expect(try await say(alice, in: "/side")?["code"]?.stringValue == one.side)
            for room in ["tea", nil] { #expect(try await say(bob, room: room) == 1) }
        }
    }

    @Test("MOD-04: a muted sender learns until when, in the message only; the refusal is on record and is no violation")
    func muted() async throws {
        try await server(more: "limits:\n  violations: { window: 60s, disconnect_after: 1 }") { server in
            let alice = try await server.join()
            server.restrict(mutes: [.of(ends: 1_800_000_000_500)])
            let refused = try await say(alice)
            #expect(
                refused?["code"] == "muted" && refused?["message"] == "You are muted until 2027-01-15T08:00:01Z",
                "\(String(describing: refused))")
            #expect(refused?["retry"] == nil && refused?["until"] == nil)
            let record = try await server.record(of: refused?["decision"]?.stringValue)
            #expect(record?["event"] == "msg.denied" && record?["decision"]?["rule"] == "builtin.mute")
            #expect(record?["actor"]?["sub"] == "alice" && record?["target"]?["event"] == "later")
            try await alice.emit("now", [["value": 1]])
            let exception = try await alice.event("exception").first
            #expect(exception?["code"] == "muted" && exception?["cause"]?["pattern"] == "now")
            for _ in 0..<50 { #expect(try await say(alice)?["code"] == "muted") }
            #expect(try await server.records("session.violations").isEmpty)
        }
    }

    @Test("MOD-04: a muted client may renew its token, join, leave and listen")
    func rest() async throws {
        try await server(more: "token: { on_expiry: refresh, refresh: { window: 60s } }") { server in
            let (alice, bob) = (try await server.join(lifetime: 600), try await server.join("bob"))
            _ = try await alice.emitWithAck("join", [["room": "tea"]])
            server.restrict(mutes: [.of("alice", "/", room: "coffee")])
            #expect(try await alice.emitWithAck("auth.refresh", [.object(try server.auth(lifetime: 900))]).first?["exp"] != nil)
            _ = try await bob.emitWithAck("say", [["room": "tea", "value": "hi"]])
            #expect(try await alice.event("said") == ["hi"])
            server.restrict(mutes: [.of()])
            #expect(try await alice.emitWithAck("auth.refresh", [.object(try server.auth(lifetime: 1_200))]).first?["exp"] != nil)
            #expect(try await alice.emitWithAck("stream.cancel", ["now"]) == [0])
        }
    }

    @Test("MOD-34: mutes, locks and slow modes have no effect from their end on, and nobody has to sweep")
    func ends() async throws {
        try await server { server in
            let end = server.clock.wallMilliseconds + 1_000
            server.restrict(
                mutes: [.of("alice", ends: end)],
                rooms: [.locked("tea", .closed, ends: end), .slow("coffee", 3_600_000, ends: end)])
            let (alice, bob) = (try await server.join(), try await server.join("bob"))
            #expect(try await say(bob, room: "coffee") == 1)
            try await server.advance(.milliseconds(999))
            #expect(try await say(alice)?["code"] == "muted")
            #expect(try await say(bob, room: "tea")?["code"] == "room_locked")
            #expect(try await say(bob, room: "coffee")?["code"] == "slow_mode")
            try await server.advance(.milliseconds(1))
            #expect(try await say(alice) == 1)
            #expect(try await say(bob, room: "tea") == 1)
            #expect(try await say(bob, room: "coffee") == 1)
        }
    }

    @Test(
        "MOD-62: a restriction holds from the moment it is put in force, on every event loop, and no longer than that", arguments: [1, 3])
    func changes(_ loops: Int) async throws {
        try await server(loops: loops) { server in
            var clients: [SocketIOClient] = []
            for _ in 0..<6 { clients.append(try await server.join()) }
            for round in 0..<20 {
                server.restrict(mutes: round.isMultiple(of: 2) ? [.of()] : [.of("bob")])
                for client in clients { #expect((try await say(client) == 1) != round.isMultiple(of: 2)) }
            }
            server.restrict()
            for client in clients { #expect(try await say(client) == 1) }
        }
    }

    // MARK: Locks

    @Test("MOD-05: a locked room takes no messages, from nobody", arguments: RoomRestriction.LockMode.allCases)
    func lock(_ mode: RoomRestriction.LockMode) async throws {
        try await server { server in
            server.restrict(rooms: [.locked("tea", mode)])
            for (subject, roles) in [("alice", ["user"]), ("mod", ["moderator"]), ("boss", ["admin"])] {
                let client = try await server.join(subject, roles: roles)
                let refused = try await say(client, room: "tea")
                #expect(refused?["code"] == "room_locked" && refused?["message"] == "The room is locked")
                let record = try await server.record(of: refused?["decision"]?.stringValue)
                #expect(record?["decision"]?["rule"] == "builtin.lock" && record?["target"]?["room"] == "tea")
                #expect(try await say(client, room: "coffee") == 1)
                #expect(try await say(client) == 1)
            }
        }
    }

    // MARK: Slow mode

    @Test("MOD-05: in slow mode the second message of a user within the interval is refused, on whatever connection", arguments: [1, 2])
    func slow(_ loops: Int) async throws {
        try await server(loops: loops) { server in
            server.restrict(rooms: [.slow("tea", 30_000)])
            let clients = [try await server.join(), try await server.join(), try await server.join()]
            #expect(try await say(clients[0], room: "tea") == 1)
            for client in clients {
                let refused = try await say(client, room: "tea")
                #expect(refused?["code"] == "slow_mode" && refused?["retry"] == 30, "\(String(describing: refused))")
            }
            #expect(try await server.records("msg.denied").first?["decision"]?["rule"] == "builtin.slow")
            // Neither another user, nor another room, nor what goes to no room.
            #expect(try await say(try await server.join("bob"), room: "tea") == 1)
            #expect(try await say(clients[0], room: "coffee") == 1)
            #expect(try await say(clients[0]) == 1)
            try await server.advance(.seconds(20))
            let refused = try await say(clients[1], room: "tea")
            #expect(refused?["retry"] == 10 && refused?["message"] == "The room is in slow mode; wait 10 s")
            try await server.advance(.seconds(10))
            #expect(try await say(clients[1], room: "tea") == 1)
            #expect(try await say(clients[2], room: "tea")?["code"] == "slow_mode")
        }
    }

    @Test("MOD-05: who has an exempt role is not slowed; another interval holds at once")
    func exempt() async throws {
        try await server { server in
            server.restrict(rooms: [.slow("tea", 60_000, exempt: ["moderator"])])
            let (alice, mod) = (try await server.join(), try await server.join("mod", roles: ["user", "moderator"]))
            for _ in 0..<3 { #expect(try await say(mod, room: "tea") == 1) }
            #expect(try await say(alice, room: "tea") == 1)
            #expect(try await say(alice, room: "tea")?["retry"] == 60)
            server.restrict(rooms: [.slow("tea", 5_000)])
            #expect(try await say(alice, room: "tea")?["retry"] == 5)
            #expect(try await say(mod, room: "tea") == 1)
            #expect(try await say(mod, room: "tea")?["code"] == "slow_mode")
            server.restrict(rooms: [.slow("tea", 0)])
            for _ in 0..<2 { #expect(try await say(alice, room: "tea") == 1) }
        }
    }

    @Test("MOD-05: a message that a rule refuses takes no turn")
    func turn() async throws {
        let send = "{ id: s, event: now, room_at: /room, joined: true }\n    - { id: r, event: [join, leave] }"
        try await server(send: send) { server in
            server.restrict(rooms: [.slow("tea", 60_000)])
            let alice = try await server.join()
            #expect(try await say(alice, room: "tea")?["code"] == "forbidden")
            _ = try await alice.emitWithAck("join", [["room": "tea"]])
            #expect(try await say(alice, room: "tea") == 1)
            #expect(try await say(alice, room: "tea")?["code"] == "slow_mode")
        }
    }

    @Test("MOD-05: clients without a token are slowed by their address")
    func anonymous() async throws {
        try await server(connect: "{ id: root.connect, when: { anonymous: true } }") { server in
            server.restrict(rooms: [.slow("tea", 60_000)])
            let clients = [try await server.connect(), try await server.connect()]
            for client in clients { try await client.join("/") }
            #expect(try await say(clients[0], room: "tea") == 1)
            #expect(try await say(clients[1], room: "tea")?["code"] == "slow_mode")
        }
    }

    // MARK: Cost

    @Test("MOD-62: a message costs no allocation more beside the mutes of 10,000 others")
    func others() async throws {
        try await server { server in
            let alice = try await server.join()
            #expect(try await say(alice) == 1)
            server.restrict(mutes: (0..<10_000).map { .of("other\($0)") })
            #expect(try await say(alice, room: "tea") == 1)
            let kept = try await server.runtime.sockets.allLoops[0].submit { loop in
                loop.connections.flatMap(\.sockets).compactMap(\.clientState).map { $0.restrictions.mayHold }
            }
            #expect(kept == [false])
        }
    }
}
