import GatehouseJSON
import GatehouseTesting
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Bans and open sessions")
struct BanEnforcementTests {
    private func server(loops: Int = 1, _ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()),
            configure: {
                $0.policies = AdminScript.policies
                $0.loops = loops
            }, body)
    }

    @Test("MOD-03: a ban of the node ends a user's connections on every transport, and nobody else's", arguments: [1, 2])
    func node(_ loops: Int) async throws {
        try await server(loops: loops) { server in
            let ban = Ban.user()
            var clients: [(SocketIOClient, SocketIOClient.Transport)] = []
            for transport in SocketIOClient.Transport.allCases { clients.append((try await server.join(over: transport), transport)) }
            let bob = try await server.join("bob")
            let before = try await server.runtime.directory.census(meantBy: ban) { $0.subject == "alice" }
            #expect(before.connections == clients.count && before.isFound)
            #expect(try await !server.runtime.directory.census(meantBy: ban) { $0.subject == "bob" }.isFound)
            server.restrict(bans: [ban])
            #expect(try await server.runtime.directory.enforceBans() == clients.count)
            for (client, transport) in clients {
                let notice = try await client.event("system.closed").first
                #expect(notice?["code"] == "banned" && notice?["retry"] == false)
                #expect(notice?["decision"]?.stringValue?.count == 26)
                let reason = try await client.closed()
                #expect(transport == .polling || reason.code == CloseCode.banned.rawValue)
            }
            // Repeats of one actor are folded into it.
            let record = try await server.records("ns.denied").first
            #expect(record?["decision"]?["rule"] == "builtin.ban" && record?["actor"]?["sub"] == "alice")
            #expect(try await bob.emitWithAck("now", [["value": 1]]) == [1])
            #expect(try await server.runtime.directory.enforceBans() == 0)
        }
    }

    @Test("MOD-40: a ban finds a session in the middle of its upgrade")
    func upgrading() async throws {
        try await server { server in
            let upgrade = try await HalfUpgrade(server)
            server.restrict(bans: [.user()])
            #expect(try await server.runtime.directory.enforceBans() == 1)
            try await upgrade.expectClosed("banned")
        }
    }

    @Test("MOD-03: a ban of a namespace ends the socket there; the connection goes with its last namespace")
    func namespace() async throws {
        try await server { server in
            let ban = Ban.user("alice", "/side")
            let both = try await server.join()
            try await both.join("/side", auth: try server.auth())
            let only = try await server.join(in: "/side")
            let elsewhere = try await server.join()
            #expect(try await server.runtime.directory.census(meantBy: ban).connections == 2)
            server.restrict(bans: [ban])
            #expect(try await server.runtime.directory.enforceBans() == 2)
            for client in [both, only] { #expect(try await client.event("system.closed", in: "/side").first?["code"] == "banned") }
            #expect(try await only.closed().code == CloseCode.banned.rawValue)
            #expect(try await both.emitWithAck("now", [["value": 1]]) == [1])
            try await both.refute("system.closed", within: .zero)
            #expect(try await elsewhere.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("MOD-03: a ban of a room takes the user out of it, and leaves him the rest")
    func room() async throws {
        try await server { server in
            let ban = Ban.user("alice", "/", room: "tea")
            let alice = try await server.join()
            for room in ["tea", "coffee"] { _ = try await alice.emitWithAck("join", [["room": .string(room)]]) }
            let bob = try await server.join("bob")
            _ = try await bob.emitWithAck("join", [["room": "tea"]])
            #expect(try await server.runtime.directory.census(meantBy: ban).connections == 1)
            server.restrict(bans: [ban])
            #expect(try await server.runtime.directory.enforceBans() == 1)
            #expect(try await server.runtime.directory.count(SessionFilter(namespace: "/", room: "tea")) == 1)
            #expect(try await server.runtime.directory.count(SessionFilter(namespace: "/", room: "coffee")) == 1)
            let record = try await server.records("room.denied").first
            #expect(record?["decision"]?["rule"] == "builtin.ban" && record?["target"]?["room"] == "tea")
            #expect(try await server.records("room.left").count == 1)
        }
    }

    @Test(
        "MOD-03: a ban of a network ends what came from there, also what has joined nothing yet", arguments: ["127.0.0.1", "127.0.0.0/8"])
    func network(_ text: String) async throws {
        try await server { server in
            let ban = try Ban.network(text)
            let (joined, idle) = (try await server.join(), try await server.connect(.polling))
            #expect(try await server.runtime.directory.census(meantBy: ban).connections == 2)
            server.restrict(bans: [try .network("192.0.2.0/24")])
            #expect(try await server.runtime.directory.enforceBans() == 0)
            server.restrict(bans: [ban])
            #expect(try await server.runtime.directory.enforceBans() == 2)
            #expect(try await joined.closed().code == CloseCode.banned.rawValue)
            _ = try await idle.closed()
        }
    }

    @Test("MOD-02: a user is put out of a room, with all of his sockets there and nobody else", arguments: [1, 2])
    func evict(_ loops: Int) async throws {
        try await server(loops: loops) { server in
            for subject in ["alice", "alice", "bob"] {
                let client = try await server.join(subject)
                _ = try await client.emitWithAck("join", [["room": "tea"]])
            }
            let directory = server.runtime.directory
            let found = try await directory.census(of: .test(), in: "tea", of: "/") { $0.subject == "alice" }
            #expect(found.connections == 2 && found.isFound)
            #expect(try await !directory.census(of: .test(), in: "tea", of: "/") { $0.subject == "bob" }.isFound)
            #expect(try await directory.evict(.test(), from: "tea", in: "/side") == 0)
            #expect(try await directory.evict(.test(), from: "coffee", in: "/") == 0)
            #expect(try await directory.evict(.test(), from: "tea", in: "/") == 2)
            #expect(try await directory.count(SessionFilter(namespace: "/", room: "tea")) == 1)
        }
    }

    @Test("MOD-08, MOD-41: a redaction reaches the members of the room, and names nobody")
    func redact() async throws {
        try await server { server in
            let (member, other) = (try await server.join(), try await server.join("bob"))
            _ = try await member.emitWithAck("join", [["room": "tea"]])
            #expect(try await server.runtime.directory.redact("m1", reason: nil, in: "tea", of: "/") == 1)
            #expect(try await member.event("message.redacted") == [["message_id": "m1", "by": "moderator"]])
            #expect(try await server.runtime.directory.redact("m2", reason: "spam", in: "tea", of: "/") == 1)
            #expect(try await member.event("message.redacted") == [["message_id": "m2", "by": "moderator", "reason": "spam"]])
            try await other.refute("message.redacted", within: .zero)
        }
    }
}
