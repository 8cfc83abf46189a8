import GatehouseJSON
import GatehouseTesting
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Shadow mutes")
struct ShadowMuteTests {
    private func server(loops: Int = 1, _ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(TalkGateway<Root>()),
            configure: {
                $0.policies = TestPolicies().allowing()
                $0.loops = loops
            }
        ) { server in
            server.runtime.isStaff = { $0.has(role: "moderator") }
            try await body(server)
        }
    }

    /// Sends by every way.
    static let sends: [(event: String, arguments: [JSONValue])] =
        [("post", ["tea", "hi"]), ("message", [["room": "tea", "text": "hi"]]), ("filter", ["hi", "tea"])]
        + TalkGateway<Root>.Way.allCases.flatMap { way in
            ["send", "sendLater"].flatMap { event in
                [["tea", "hi", .string(way.rawValue)], ["", "hi", .string(way.rawValue)]].map { (event, $0 as [JSONValue]) }
            }
        }

    @Test(
        "MOD-64: what a shadow-muted sender's handler sends reaches staff and the sender's own sessions; the sender gets the usual ack",
        arguments: [nil, "/"] as [Namespace?])
    func audience(_ namespace: Namespace?) async throws {
        try await server(loops: 2) { server in
            let (alice, second, bob) = (try await server.join(), try await server.join(), try await server.join("bob"))
            let mod = try await server.join("mod", roles: ["moderator"])
            for client in [alice, second, bob, mod] {
                _ = try await client.emitWithAck("join", ["tea"])
                try await client.onAckRequest { _ in SocketIOPayload([]) }
            }
            server.restrict(mutes: [.of("alice", namespace, shadow: true)])
            for (event, arguments) in Self.sends {
                #expect(try await alice.emitWithAck(event, arguments).first == "posted", "\(event) \(arguments)")
                for client in [second, mod] { #expect(try await client.event("said") == ["hi"], "\(event) \(arguments)") }
            }
            // Everything before it would have come before it.
            _ = try await mod.emitWithAck("post", ["tea", "end"])
            #expect(try await bob.event("said") == ["end"])
            #expect(try await server.records("msg.denied").isEmpty)
        }
    }

    @Test("MOD-64: a shadow mute of a room hides what goes to that room, and nothing else")
    func room() async throws {
        try await server { server in
            let (alice, bob) = (try await server.join(), try await server.join("bob"))
            let mod = try await server.join("mod", roles: ["moderator"])
            for client in [alice, bob, mod] {
                for room in ["tea", "coffee"] { _ = try await client.emitWithAck("join", [.string(room)]) }
                try await client.onAckRequest { _ in SocketIOPayload([]) }
            }
            server.restrict(mutes: [.of("alice", "/", room: "tea", shadow: true)])
            for (event, arguments) in Self.sends where event != "send" && event != "sendLater" || arguments.first != "" {
                #expect(try await alice.emitWithAck(event, arguments).first == "posted")
                #expect(try await mod.event("said") == ["hi"], "\(event) \(arguments)")
            }
            for way in ["context", "client", "server"] as [JSONValue] {
                #expect(try await alice.emitWithAck("send", ["coffee", "seen", way]).first == "posted")
                #expect(try await bob.event("said") == ["seen"])
            }
        }
    }

    @Test("MOD-64: a private message of a shadow-muted sender does not arrive, save with staff")
    func whisper() async throws {
        try await server { server in
            let alice = try await server.join()
            var ids: [String] = []
            var others: [SocketIOClient] = []
            for (subject, roles) in [("bob", ["user"]), ("mod", ["moderator"])] {
                let client = try await server.connect()
                ids.append(try await client.join("/", auth: try server.auth(subject, roles: roles)))
                others.append(client)
            }
            server.restrict(mutes: [.of(shadow: true)])
            for id in ids { #expect(try await alice.emitWithAck("whisper", [.string(id), "psst"]).first == "posted") }
            #expect(try await others[1].event("said") == ["psst"])
            server.restrict()
            #expect(try await alice.emitWithAck("whisper", [.string(ids[0]), "loud"]).first == "posted")
            #expect(try await others[0].event("said") == ["loud"])
        }
    }

    @Test("MOD-64: nobody is staff until the layer above says who is")
    func noStaff() async throws {
        try await server { server in
            server.runtime.isStaff = { _ in false }
            let (alice, mod) = (try await server.join(), try await server.join("mod", roles: ["moderator"]))
            server.restrict(mutes: [.of(shadow: true)])
            #expect(try await alice.emitWithAck("send", ["", "hidden", "context"]).first == "posted")
            #expect(try await alice.event("said") == ["hidden"])
            server.restrict()
            _ = try await alice.emitWithAck("send", ["", "seen", "context"])
            #expect(try await mod.event("said") == ["seen"])
        }
    }
}
