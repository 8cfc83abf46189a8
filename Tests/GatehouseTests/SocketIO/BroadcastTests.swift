import EngineIO
import GatehouseJSON
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Broadcasts")
struct BroadcastTests {
    private static let names = ["a", "b", "c", "d"]
    /// a: red; b: red, blue; c: blue; d: none.
    private static let rooms = ["a": ["red"], "b": ["red", "blue"], "c": ["blue"], "d": []]

    /// Four clients in their rooms, and their ids.
    private func four(
        loops: Int = 1, _ body: (TestServer, [String: SocketIOClient], [String: SocketID]) async throws -> Void
    ) async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.loops = loops }) { server in
            var wires: [String: SocketIOClient] = [:]
            var ids: [String: SocketID] = [:]
            for name in Self.names {
                let wire = try await server.connect()
                ids[name] = SocketID(try await wire.join("/", auth: try server.auth(name)))
                for room in Self.rooms[name] ?? [] { try await wire.emitWithAck("join", [["room": .string(room)]]) }
                wires[name] = wire
            }
            try await body(server, wires, ids)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var expected: String
        var narrow: @Sendable (Broadcaster, [String: SocketID]) -> Broadcaster

        init(_ name: String, _ expected: String, _ narrow: @escaping @Sendable (Broadcaster, [String: SocketID]) -> Broadcaster) {
            testDescription = name
            self.expected = expected
            self.narrow = narrow
        }
    }

    static let cases: [Case] = [
        Case("everyone", "abcd") { all, _ in all },
        Case("one room", "ab") { all, _ in all.to("red") },
        Case("rooms add up, one copy each", "abc") { all, _ in all.to("red").in("blue") },
        Case("the same room twice", "ab") { all, _ in all.to("red").to("red") },
        Case("an empty room", "") { all, _ in all.to("none") },
        Case("an empty room and another", "bc") { all, _ in all.to("none").to("blue") },
        Case("all but a room", "cd") { all, _ in all.except("red") },
        Case("except wins over to", "a") { all, _ in all.to("red").except("blue") },
        Case("except wins whatever the order", "a") { all, _ in all.except("blue").to("red") },
        Case("one client", "d") { all, ids in ids["d"].map { all.to($0) } ?? all },
        Case("a client and a room", "bcd") { all, ids in ids["d"].map { all.to($0).to("blue") } ?? all },
        Case("all but one client", "abd") { all, ids in ids["c"].map { all.except($0) } ?? all },
        Case("a client but not it", "") { all, ids in ids["c"].map { all.to($0).except($0) } ?? all },
        Case("the room that an id names", "d") { all, ids in ids["d"].flatMap { RoomName($0.description) }.map { all.to($0) } ?? all },
        Case("except the room that an id names", "abc") { all, ids in
            ids["d"].flatMap { RoomName($0.description) }.map { all.except($0) } ?? all
        },
        Case("volatile and local change nothing for clients that keep up", "ab") { all, _ in all.volatile.local.to("red") },
    ]

    @Test("API-02: rooms add up, except wins, and everyone gets one copy", arguments: cases, [1, 2])
    func reach(_ one: Case, _ loops: Int) async throws {
        try await four(loops: loops) { server, wires, ids in
            let found = try await one.narrow(server.handle.of("/"), ids).fetchSockets()
            let byID = Dictionary(uniqueKeysWithValues: ids.map { ($1, $0) })
            #expect(found.compactMap { $0.socketID.flatMap { byID[$0] } }.sorted().joined() == one.expected)
            #expect(found.count == one.expected.count)

            try one.narrow(server.handle.of("/"), ids).emit("told", 1)
            try server.handle.of("/").emit("last")
            var reached = ""
            for name in Self.names {
                // Emits of one caller leave in order: what comes before "last" is all there is.
                let wire = try #require(wires[name])
                _ = try await wire.event("last")
                var copies = 0
                while (try? await wire.event("told", within: .zero)) != nil { copies += 1 }
                #expect(copies <= 1)
                if copies > 0 { reached += name }
            }
            #expect(reached == one.expected)
        }
    }

    @Test("SEC-06: who joins a room that is called as somebody's id gets nothing that is meant for them")
    func squatting() async throws {
        try await four { server, wires, ids in
            let victim = try #require(ids["a"])
            let squatter = try #require(wires["d"])
            try await squatter.emitWithAck("join", [["room": .string(victim.description)]])
            try server.handle.of("/").to(victim).emit("secret", 1)
            try server.handle.of("/").to(#require(RoomName(victim.description))).emit("secret", 2)
            try server.handle.of("/").emit("last")
            let wire = try #require(wires["a"])
            #expect(try await wire.event("secret") == [1])
            #expect(try await wire.event("secret") == [2])
            _ = try await squatter.event("last")
            try await squatter.refute("secret", within: .zero)
        }
    }

    @Test("API-01: the server moves and puts out whom a broadcast means")
    func acting() async throws {
        try await four { server, wires, ids in
            let all = server.handle.of("/")
            try await all.to("red").socketsJoin("green")
            #expect(try await all.to("green").fetchSockets().count == 2)
            try await all.to("blue").socketsLeave("green")
            #expect(try await all.to("green").fetchSockets().map(\.socketID) == [ids["a"]])
            try await all.to("green").disconnectSockets()
            try await wires["a"]?.disconnected(from: "/")
            try await all.to("red").disconnectSockets(close: true)
            #expect(try await wires["b"]?.closed().code == CloseCode.kicked.rawValue)
            #expect(try await all.fetchSockets().count == 2)
        }
    }

    @Test("API-01, API-03: who was found can be sent to, moved and put out one by one")
    func actingOnOne() async throws {
        try await four { server, wires, ids in
            let all = server.handle.of("/")
            let id = try #require(ids["b"])
            let found = try #require(try await all.to(id).fetchSockets().first)
            try found.emit("said", 1)
            #expect(try await wires["b"]?.event("said") == [1])
            try await found.join("green")
            #expect(try await all.to("green").fetchSockets().map(\.id) == [found.id])
            try await found.leave("green")
            #expect(try await all.to("green").fetchSockets().isEmpty)
            try await found.disconnect()
            try await wires["b"]?.disconnected(from: "/")
            try await found.join("green")
            #expect(try await all.to("green").fetchSockets().isEmpty)
            try server.handle.emit("said", 2)
            for name in ["a", "c", "d"] { #expect(try await wires[name]?.event("said") == [2]) }
        }
    }

    @Test("API-03: a client keeps what the application gives it, and sends to rooms without itself")
    func ownData() async throws {
        struct Calls: ClientData { var count: Int64 = 0 }
        let gateway = ScriptGateway<Root>(
            now: { step, context in
                context.client[Calls.self].count += 1
                let count = context.client[Calls.self].count
                if let room = step.room {
                    try context.client.to(room).emit("to", count)
                    try context.client.except(room).emit("except", count)
                }
                return .integer(count)
            })
        try await TestServer.with(PendingMount(gateway)) { server in
            let (alice, bob, carol) = (try await server.join("alice"), try await server.join("bob"), try await server.join("carol"))
            for client in [alice, bob] { try await client.emitWithAck("join", [["room": "red"]]) }
            #expect(try await alice.emitWithAck("now", [["room": "red"]]) == [1])
            #expect(try await alice.emitWithAck("now", [["room": "red"]]) == [2])
            #expect(try await bob.emitWithAck("now", [[:]]) == [1])
            for count: JSONValue in [1, 2] {
                #expect(try await bob.event("to") == [count])
                #expect(try await carol.event("except") == [count])
            }
            for event in ["to", "except"] { try await alice.refute(event, within: .zero) }
            try await bob.refute("except", within: .zero)
            try await carol.refute("to", within: .zero)
        }
    }

    @Test("API-03: a client's own room holds it alone, and comes first among its rooms")
    func ownRoom() async throws {
        try await four { server, _, ids in
            let found = try await server.handle.of("/").to(#require(ids["b"])).fetchSockets()
            #expect(found.first?.rooms == [ids["b"]?.description, "red", "blue"].compactMap { $0 })
            #expect(found.first?.principal?.subject == "b")
        }
    }

    @Test(
        "SIO-10, ERR-04: reserved names and names of the system's own are not emitted",
        arguments: [
            "connect", "disconnect", "newListener", "exception", "auth.expiring", "system.closed", "message.redacted", "",
            String(repeating: "e", count: 129),
        ])
    func reserved(_ name: String) async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            #expect(throws: GatewayError.self) { try server.handle.of("/").emit(name) }
            await #expect(throws: GatewayError.self) { try await server.handle.of("/").emitWithAck(name) }
        }
    }

    @Test("API-08: a volatile event is dropped and counted for a client that is not ready, and others are sent it")
    func volatileEvents() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            // A polling client between two polls is not ready; this one has never polled since it joined.
            let quick = try await server.join("quick")
            let idle = try await server.stall("idle")
            #expect(!idle.isEmpty)
            try server.handle.of("/").volatile.emit("tick", 1)
            #expect(try await quick.event("tick") == [1])
            #expect(try await server.counters().droppedVolatile == 1)
            #expect(try await server.queuedBytes == 0)
        }
    }

    /// Writes down each time it is encoded.
    struct Counted: JSONEncodable, Sendable {
        let recorder: Recorder

        func encode(to writer: inout JSONWriter) {
            recorder.note("encoded")
            writer.object { $0.member("n", 1) }
        }
    }

    @Test("API-02: an event is encoded once, however many get it and on however many loops and transports", arguments: [1, 2])
    func encodedOnce(_ loops: Int) async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.loops = loops }) { server in
            var clients: [SocketIOClient] = []
            for number in 0..<6 { clients.append(try await server.join("u\(number)", over: number % 3 == 0 ? .polling : .webSocket)) }
            let recorder = Recorder()
            try server.handle.of("/").emit("told", Counted(recorder: recorder))
            for client in clients { #expect(try await client.event("told") == [["n": 1]]) }
            #expect(recorder.notes == ["encoded"])
        }
    }

    @Test("API-08: a client that does not take what is queued for it is cut off, and the audit log says why")
    func slowConsumer() async throws {
        let reasons = Recorder()
        let gateway = ScriptGateway<Root>(left: { _, reason in reasons.note(reason.rawValue) })
        try await TestServer.with(PendingMount(gateway), configure: { $0.engine.outboundQueue = 10_000 }) { server in
            let quick = try await server.join("quick")
            _ = try await server.stall("idle")
            for number in 0..<3 { try server.handle.of("/").emit("told", number, String(repeating: "x", count: 6_000)) }
            for _ in 0..<3 { _ = try await quick.event("told") }
            try await server.eventually { try await server.handle.of("/").fetchSockets().count == 1 }
            #expect(try await server.records("session.slow").count == 1)
            #expect(reasons.notes == ["forced close"])
        }
    }

    @Test("API-01: who cannot be put into a room for being in too many is not passed over in silence; all others are put into it")
    func joinBeyondLimit() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.limits.roomsPerConnection = 1 }) { server in
            let (alice, _) = (try await server.join("alice"), try await server.join("bob"))
            try await alice.emitWithAck("join", [["room": "red"]])
            let refusal = await #expect(throws: GatewayError.self) { try await server.handle.of("/").socketsJoin("blue") }
            #expect(refusal?.code == GatewayError.Code(.limit))
            #expect(try await server.handle.of("/").to("blue").fetchSockets().map(\.principal?.subject) == ["bob"])
            try await server.handle.of("/").to("red").socketsJoin("red")
        }
    }
}
