import GatehouseJSON
import GatehouseTesting
import SocketIO
import Testing

@testable import Gatehouse

/// MOD-63: the room that a message is for, and what holds where none is known.
@Suite("The target room of a message")
struct TargetRoomTests {
    private func server(send: String? = nil, _ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(TalkGateway<Root>()), PendingMount(TalkGateway<Side>()),
            configure: { $0.policies = TestPolicies().allowing(send: send).allowing("/side") }, body)
    }

    /// An event, its arguments for a room, whether the room is its target by the route alone.
    static let events: [(event: String, arguments: @Sendable (String) -> [JSONValue], isTarget: Bool)] = [
        ("post", { [.string($0), "hi"] }, true),
        ("message", { [["room": .string($0), "text": "hi"]] }, true),
        ("filter", { ["hi", .string($0)] }, false),
        ("move", { [["from": .string($0), "to": "coffee"]] }, false),
    ]

    @Test("MOD-63: the only room that a route declares is the target", arguments: events.indices)
    func declared(_ index: Int) async throws {
        let one = Self.events[index]
        try await server { server in
            server.restrict(mutes: [.of("bob", "/", room: "tea")], rooms: [.locked("vault", .readOnly), .slow("snail", 60_000)])
            let (alice, bob) = (try await server.join(), try await server.join("bob"))
            let (muted, locked) = (
                try await bob.emitWithAck(one.event, one.arguments("tea")).first,
                try await alice.emitWithAck(one.event, one.arguments("vault")).first
            )
            #expect(try await alice.emitWithAck(one.event, one.arguments("tea")).first == "posted")
            if one.event == "move" {
                // It sends to another room than the one that it names first.
                #expect(muted == "posted" && locked == "posted")
            } else {
                #expect(muted?["code"] == "muted" && locked?["code"] == "room_locked")
            }
            let slow = [
                try await alice.emitWithAck(one.event, one.arguments("snail")).first,
                try await alice.emitWithAck(one.event, one.arguments("snail")).first,
            ]
            #expect((slow[1]?["code"] == "slow_mode") == one.isTarget && slow[0] == "posted")
        }
    }

    @Test("MOD-63: where the policy names the room, that room counts and no other")
    func roomAt() async throws {
        let send = "{ id: a, event: move, room_at: /from }\n    - { id: b, event: [post, message] }"
        try await server(send: send) { server in
            server.restrict(rooms: [.locked("tea", .readOnly)])
            let alice = try await server.join()
            #expect(try await alice.emitWithAck("move", [["from": "tea", "to": "coffee"]]).first?["code"] == "room_locked")
            #expect(try await alice.emitWithAck("move", [["from": "coffee", "to": "tea"]]).first == "posted")
        }
    }

    @Test(
        "MOD-63: without a target, nothing goes to a locked room or where the sender is muted, by whatever way the handler sends",
        arguments: TalkGateway<Root>.Way.allCases)
    func withoutTarget(_ way: TalkGateway<Root>.Way) async throws {
        try await server { server in
            let (alice, bob, listener) = (try await server.join(), try await server.join("bob"), try await server.join("eve"))
            for client in [alice, bob, listener] { try await client.onAckRequest { _ in SocketIOPayload([]) } }
            for room in ["tea", "vault", "coffee"] { _ = try await listener.emitWithAck("join", [.string(room)]) }
            server.restrict(mutes: [.of("bob", "/", room: "tea")], rooms: [.locked("vault", .closed)])
            for event in ["send", "sendLater"] {
                func send(_ client: SocketIOClient, _ rooms: JSONValue, _ text: JSONValue) async throws -> JSONValue? {
                    try await client.emitWithAck(event, [rooms, text, .string(way.rawValue)]).first
                }
                for (client, rooms, code) in [
                    (bob, "tea", "muted"), (alice, "vault", "room_locked"), (alice, "coffee vault", "room_locked"),
                    (bob, "coffee tea", "muted"),
                ] as [(SocketIOClient, JSONValue, String)] {
                    let refused = try await send(client, rooms, "no")
                    #expect(refused?["code"]?.stringValue == code, "\(event) \(rooms): \(String(describing: refused))")
                }
                #expect(try await send(bob, "coffee", "coffee") == "posted")
                #expect(try await send(alice, "tea", "tea") == "posted")
                #expect(try await send(bob, "", "all") == "posted")
                for text in ["coffee", "tea", "all"] as [JSONValue] { #expect(try await listener.event("said") == [text]) }
            }
            let records = try await server.records("msg.denied")
            #expect(Set(records.compactMap { $0["decision"]?["rule"]?.stringValue }) == ["builtin.mute", "builtin.lock"])
            #expect(records.allSatisfy { $0["target"]?["event"] == "said" })
        }
    }

    @Test("MOD-63: a refusal that reaches the client has the id of its record, and does not count as a violation")
    func decision() async throws {
        try await TestServer.with(
            PendingMount(TalkGateway<Root>()),
            configure: { $0.policies = TestPolicies().allowing(more: "limits:\n  violations: { window: 60s, disconnect_after: 1 }") }
        ) { server in
            server.restrict(rooms: [.locked("vault", .closed)])
            let alice = try await server.join()
            let refused = try await alice.emitWithAck("send", ["vault", "no", "context"]).first
            let record = try await server.record(of: refused?["decision"]?.stringValue)
            #expect(record?["actor"]?["sub"] == "alice" && record?["target"]?["room"] == "vault")
            #expect(try await alice.emitWithAck("send", ["vault", "no", "context"]).first?["code"] == "room_locked")
            #expect(try await server.records("session.violations").isEmpty)
        }
    }

    @Test("MOD-63: what the server sends of its own accord goes to a locked room, too")
    func server() async throws {
        try await server { server in
            let listener = try await server.join()
            _ = try await listener.emitWithAck("join", ["vault"])
            server.restrict(mutes: [.of()], rooms: [.locked("vault", .closed)])
            try server.handle.of("/").to("vault").emit("said", "news")
            #expect(try await listener.event("said") == ["news"])
        }
    }
}
