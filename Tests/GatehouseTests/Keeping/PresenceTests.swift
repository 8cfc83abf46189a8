import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Who is in a room")
struct PresenceTests {
    private func server(
        _ presence: String = "presence: { rooms: tea }", loops: Int = 1, _ body: (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: {
                $0.policies = TestPolicies().allowing(more: presence)
                $0.loops = loops
            }, body)
    }

    private func member(_ server: TestServer, _ subject: String, of room: String = "tea") async throws -> SocketIOClient {
        let client = try await server.join(subject)
        _ = try await client.emitWithAck("join", [["room": .string(room)]])
        return client
    }

    private func ask(_ client: SocketIOClient, _ request: JSONObject) async throws -> JSONValue {
        try #require(try await client.emitWithAck("presence", [.object(request)]).first)
    }

    @Test("PRE-01: users with their connections and since when, for handlers and, by a rule, for members", arguments: [1, 2])
    func users(_ loops: Int) async throws {
        try await server(loops: loops) { server in
            let alice = try await member(server, "alice")
            let start = server.clock.wallMilliseconds
            try await server.advance(.seconds(60))
            _ = try await member(server, "alice")
            _ = try await member(server, "bob")
            _ = try await member(server, "carol", of: "other")
            let presence = try await server.handle.of("/").in("tea").presence()
            #expect(presence.users.map(\.user.subject) == ["alice", "bob"] && presence.users.map(\.connections) == [2, 1])
            #expect(presence.users.first?.since.seconds == start / 1_000 && presence.silentNodes.isEmpty)
            let first = try await ask(alice, ["room": "tea", "limit": 1])
            #expect(
                first["users"]?.arrayValue?.count == 1 && first["users"]?[0]?["sub"] == "alice" && first["users"]?[0]?["connections"] == 2)
            let next = try #require(first["next"])
            let second = try await ask(alice, ["room": "tea", "after": next])
            #expect(second["users"]?[0]?["sub"] == "bob" && second["next"] == nil)
            #expect(try await ask(alice, ["room": "other"])["code"] == "forbidden")
        }
        try await server("") { server in
            let client = try await member(server, "alice")
            #expect(try await ask(client, ["room": "tea"])["code"] == "forbidden")
            #expect(try await server.handle.of("/").in("tea").presence().users.count == 1)
        }
    }

    @Test("PRE-01: who came and who left is told once for each user; a reconnect within 5 s is no leave")
    func changes() async throws {
        try await server { server in
            let alice = try await member(server, "alice")
            let bob = try await member(server, "bob")
            let second = try await member(server, "bob")
            try await server.advance(.seconds(1))
            let joined = try #require(try await alice.event("presence.changes").first)
            #expect(joined["room"] == "tea" && joined["joined"]?.arrayValue?.map { $0["sub"] } == ["alice", "bob"])
            #expect(joined["left"] == [])
            // One of two connections, and one that is back in time.
            try await second.close()
            _ = try await bob.emitWithAck("leave", [["room": "tea"]])
            try await server.advance(.seconds(3))
            _ = try await bob.emitWithAck("join", [["room": "tea"]])
            try await server.advance(.seconds(10))
            _ = try await alice.emitWithAck("now", [[:]])
            try await alice.refute("presence.changes", within: .zero)
            _ = try await bob.emitWithAck("leave", [["room": "tea"]])
            try await server.advance(.seconds(6))
            let left = try #require(try await alice.event("presence.changes").first)
            #expect(left["left"]?.arrayValue?.map { $0["sub"] } == ["bob"] && left["joined"] == [])
        }
    }

    @Test("A room that the policy does not name is nobody's to follow")
    func otherRooms() async throws {
        try await server { server in
            let alice = try await member(server, "alice", of: "other")
            try await server.advance(.seconds(10))
            _ = try await alice.emitWithAck("now", [[:]])
            try await alice.refute("presence.changes", within: .zero)
            #expect(try await ask(alice, ["room": "other"])["code"] == "not_found")
        }
    }
}
