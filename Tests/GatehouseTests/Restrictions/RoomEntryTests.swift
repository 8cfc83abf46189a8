import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Who gets into a restricted room")
struct RoomEntryTests {
    /// What is in force, whom it keeps out of `tea`, and how he is told.
    static let restrictions: [(name: String, bans: [Ban], rooms: [RoomRestriction], code: String?, rule: String)] = [
        ("closed", [], [.locked("tea", .closed)], "room_locked", "builtin.lock"),
        ("read_only", [], [.locked("tea", .readOnly)], nil, ""),
        ("user", [.user("alice", "/", room: "tea")], [], "banned", "builtin.ban"),
        ("another user", [.user("bob", "/", room: "tea")], [], nil, ""),
        ("another room", [.user("alice", "/", room: "coffee")], [.locked("coffee", .closed)], nil, ""),
        ("another namespace", [.user("alice", "/side", room: "tea")], [.locked("tea", .closed, in: "/side")], nil, ""),
        ("ended", [.user("alice", "/", room: "tea", ends: TestClock.start)], [.locked("tea", .closed, ends: TestClock.start)], nil, ""),
    ]

    private func server(more: String = "", _ body: (TestServer, Kept) async throws -> Void) async throws {
        let kept = Kept()
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>(connected: { kept.client = $0 })),
            configure: { $0.policies = TestPolicies().allowing(more: more) }
        ) { try await body($0, kept) }
    }

    @Test("MOD-05, MOD-03: a closed room and a room ban refuse a join, by the client as by the server", arguments: restrictions.indices)
    func join(_ index: Int) async throws {
        let one = Self.restrictions[index]
        try await server(more: "limits:\n  violations: { window: 60s, disconnect_after: 1 }") { server, kept in
            let alice = try await server.join()
            server.restrict(bans: one.bans, rooms: one.rooms)
            let answer = try await alice.emitWithAck("join", [["room": "tea"]]).first
            #expect(
                one.code == nil ? answer == true : answer?["code"]?.stringValue == one.code, "\(one.name): \(String(describing: answer))")
            if one.code != nil {
                let record = try await server.record(of: answer?["decision"]?.stringValue)
                #expect(record?["event"] == "room.denied" && record?["decision"]?["rule"]?.stringValue == one.rule)
                #expect(record?["target"]?["room"] == "tea")
                for _ in 0..<3 {
                    let error = await #expect(throws: GatewayError.self) { try await server.handle.of("/").socketsJoin("tea") }
                    #expect(error?.code.description == one.code)
                    let client = try #require(kept.client)
                    await #expect(throws: GatewayError.self) { try await client.join("tea") }
                    let remote = try #require(try await server.handle.of("/").fetchSockets().first)
                    await #expect(throws: GatewayError.self) { try await remote.join("tea") }
                }
            } else {
                try await server.handle.of("/").socketsJoin("tea")
            }
            let members = try await server.runtime.directory.count(SessionFilter(namespace: "/", room: "tea"))
            #expect(members == (one.code == nil ? 1 : 0))
            #expect(try await server.records("session.violations").isEmpty)
        }
    }

    @Test("MOD-03: a ban of a network keeps everybody there out of the room")
    func network() async throws {
        try await server { server, _ in
            let alice = try await server.join()
            server.restrict(bans: [try .network("127.0.0.0/8", "/", room: "tea")])
            #expect(try await alice.emitWithAck("join", [["room": "tea"]]).first?["code"] == "banned")
            #expect(try await alice.emitWithAck("join", [["room": "coffee"]]).first == true)
        }
    }

    @Test("MOD-05: who is in a room when it is closed stays in it; the server's clients that are in count as in")
    func members() async throws {
        try await server { server, _ in
            let (alice, bob) = (try await server.join(), try await server.join("bob"))
            _ = try await alice.emitWithAck("join", [["room": "tea"]])
            server.restrict(rooms: [.locked("tea", .closed)])
            #expect(try await alice.emitWithAck("join", [["room": "tea"]]).first == true)
            let error = await #expect(throws: GatewayError.self) { try await server.handle.of("/").socketsJoin("tea") }
            #expect(error?.message == "1 of the clients are not in the room: The room is closed")
            #expect(try await server.runtime.directory.count(SessionFilter(namespace: "/", room: "tea")) == 1)
            try server.handle.of("/").to("tea").emit("said", "still here")
            #expect(try await alice.event("said") == ["still here"])
            try await bob.refute("said", within: .zero)
        }
    }
}
