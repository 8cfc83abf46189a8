import GatehouseJSON
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Acks that the server asks for")
struct AckTests {
    /// A server whose clients are kept as they come.
    private func one(
        _ configure: (inout TestServer.Settings) -> Void = { _ in },
        _ body: (TestServer, SocketIOClient, Client) async throws -> Void
    ) async throws {
        let kept = Kept()
        try await TestServer.with(PendingMount(ScriptGateway<Root>(connected: { kept.client = $0 })), configure: configure) { server in
            let wire = try await server.join()
            #expect(try await wire.emitWithAck("now", [["value": 1]]) == [1])
            try await body(server, wire, #require(kept.client))
        }
    }

    @Test(
        "API-03, REG-12: the answer's arguments come back, also of a client that answers at once",
        arguments: SocketIOClient.Transport.allCases)
    func answers(_ transport: SocketIOClient.Transport) async throws {
        let kept = Kept()
        try await TestServer.with(PendingMount(ScriptGateway<Root>(connected: { kept.client = $0 }))) { server in
            let wire = try await server.join(over: transport)
            try await wire.onAckRequest { SocketIOPayload([.string($0.name)] + $0.arguments) }
            let client = try #require(kept.client)
            #expect(try await client.emitWithAck("ask", 1, "two") == ["ask", 1, "two"])
            #expect(try await client.emitWithAck("again") == ["again"])
        }
    }

    @Test("API-03: a silent client is a `timeout`, five seconds after it was asked")
    func timeout() async throws {
        try await one { server, wire, client in
            let answer = Task { try await client.emitWithAck("ask") }
            _ = try await wire.event("ask")
            try await server.advance(.milliseconds(4_900))
            #expect(try await server.pendingAcks == 1)
            try await server.advance(.milliseconds(400))
            let error = await #expect(throws: GatewayError.self) { try await answer.value }
            #expect(error?.code == GatewayError.Code(.timeout))
            #expect(try await server.pendingAcks == 0)
        }
    }

    @Test("a client that leaves before it answered is a `timeout` at once, and one that has left is `not_found`")
    func leaving() async throws {
        try await one { _, wire, client in
            let answer = Task { try await client.emitWithAck("ask") }
            _ = try await wire.event("ask")
            try await wire.leave("/")
            let error = await #expect(throws: GatewayError.self) { try await answer.value }
            #expect(error?.code == GatewayError.Code(.timeout))
            let gone = await #expect(throws: GatewayError.self) { try await client.emitWithAck("ask") }
            #expect(gone?.code == GatewayError.Code(.notFound))
        }
    }

    @Test("SIO-09: nothing is made of what an ack that nobody waits for carries")
    func unknownAckUnread() async throws {
        try await one { server, wire, _ in
            try await wire.sendPacket("3999[" + String(repeating: "[", count: 1_000))
            #expect(try await wire.emitWithAck("now", [["value": 2]]) == [2])
            #expect(try await server.counters().unknownAcks == 1)
        }
    }

    @Test("SIO-09: an ack that nobody waits for, or that comes twice, is ignored and counted")
    func unknownAcks() async throws {
        try await one { server, wire, client in
            try await wire.onAckRequest { _ in SocketIOPayload([1]) }
            #expect(try await client.emitWithAck("ask") == [1])
            // Ids count from one: the first is answered, the second was never given.
            try await wire.sendPacket("31[2]")
            try await wire.sendPacket("39007199254740991[]")
            #expect(try await wire.emitWithAck("now", [["value": 3]]) == [3])
            #expect(try await server.counters().unknownAcks == 2)
        }
    }

    @Test("LIM: as many acks as a client may owe are asked for, and not one more")
    func tooMany() async throws {
        try await one({ $0.limits.pendingAcksPerSocket = 2 }) { server, wire, client in
            let first = Task { try await client.emitWithAck("ask") }
            let second = Task { try await client.emitWithAck("ask") }
            for _ in 0..<2 { _ = try await wire.event("ask") }
            let third = await #expect(throws: GatewayError.self) { try await client.emitWithAck("ask") }
            #expect(third?.code == GatewayError.Code(.limit))
            try await server.advance(.seconds(6))
            await #expect(throws: GatewayError.self) { try await first.value }
            await #expect(throws: GatewayError.self) { try await second.value }
        }
    }

    @Test("API-02: a broadcast with acks gives the answers and who was silent", arguments: [1, 2])
    func broadcastAnswers(_ loops: Int) async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>()), configure: { $0.loops = loops }) { server in
            var ids: [String: String] = [:]
            var wires: [SocketIOClient] = []
            for name in ["a", "b", "mute"] {
                let wire = try await server.connect()
                ids[name] = try await wire.join("/", auth: try server.auth(name))
                if name != "mute" { try await wire.onAckRequest { _ in SocketIOPayload([.string(name)]) } }
                wires.append(wire)
            }
            async let answers = server.handle.of("/").timeout(.seconds(2)).emitWithAck("ask", 1)
            for wire in wires { #expect(try await wire.event("ask") == [1]) }
            // The answers are read before the clock moves: each client's next ack comes behind its answer.
            for wire in wires { #expect(try await wire.emitWithAck("now", [["value": 1]]) == [1]) }
            try await server.advance(.milliseconds(2_300))
            let found = try await answers
            #expect(Set(found.answers.compactMap { $0.client?.description }) == Set([ids["a"], ids["b"]].compactMap { $0 }))
            #expect(Set(found.answers.flatMap(\.arguments).compactMap(\.stringValue)) == ["a", "b"])
            #expect(found.silent.map(\.description) == [ids["mute"]].compactMap { $0 })
            #expect(found.overLimit.isEmpty)
        }
    }

    @Test("API-02: of a broadcast with acks, who leaves before it has answered is silent, and is not waited for")
    func broadcastToLeaver() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let stays = try await server.join("stays")
            try await stays.onAckRequest { _ in SocketIOPayload(["here"]) }
            let leaves = try await server.connect()
            let id = try await leaves.join("/", auth: try server.auth("leaves"))
            let ended = Recorder()
            let answers = Task {
                defer { ended.note("ended") }
                return try await server.handle.of("/").emitWithAck("ask")
            }
            try await leaves.event("ask")
            try await leaves.leave("/")
            // The clock stands still meanwhile.
            try await server.eventually { !ended.notes.isEmpty }
            let found = try await answers.value
            #expect(found.answers.map(\.arguments) == [["here"]])
            #expect(found.silent.map(\.description) == [id] && found.overLimit.isEmpty)
            #expect(try await server.pendingAcks == 0)
        }
    }

    @Test("API-08: of a volatile broadcast with acks, whom it was not sent is neither asked nor silent, and is counted")
    func volatileBroadcast() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let ready = try await server.join("ready")
            try await ready.onAckRequest { _ in SocketIOPayload(["here"]) }
            _ = try await server.stall("idle")
            async let answers = server.handle.of("/").volatile.emitWithAck("ask")
            try await ready.event("ask")
            // The answer is read before the clock moves, which ends the wait for whoever was asked beside.
            try await ready.emitWithAck("now", [["value": 1]])
            try await server.advance(.seconds(6))
            let found = try await answers
            #expect(found.answers.map(\.arguments) == [["here"]])
            #expect(found.silent.isEmpty && found.overLimit.isEmpty)
            #expect(try await server.counters().droppedVolatile == 1)
            #expect(try await server.pendingAcks == 0)
            #expect(try await server.queuedBytes == 0)
        }
    }

    @Test("a broadcast with acks to nobody is answered at once")
    func nobody() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let found = try await server.handle.of("/").to("empty").emitWithAck("ask")
            #expect(found.answers.isEmpty && found.silent.isEmpty)
        }
    }

    @Test("VAL-08: an ack that breaks a limit is none, is held against its client, and the connection goes on")
    func hugeAck() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let client = try await server.connect()
            let id = try await client.join("/", auth: try server.auth())
            try await client.onAckRequest { _ in SocketIOPayload([.string(String(repeating: "x", count: 20_000))]) }
            let found = try await server.handle.of("/").emitWithAck("ask")
            #expect(found.answers.isEmpty && found.silent.map(\.description) == [id])
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            let records = try await server.records("msg.invalid")
            #expect(records.map { $0["decision"]?["reason"] } == ["stringLength"] && records.first?["detail"]?["ack"] == true)
            #expect(try await server.pendingAcks == 0)
        }
    }

    /// Answers every event with one that the answering client must have got wrong.
    struct Relay: Gateway {
        static let namespace: Namespace = "/"
        let asked = Kept()

        func routes(_ on: inout Routes) {
            on("relay", relay)
            on("ask me", askMe)
            on("now", now)
        }

        func relay(_ step: Step, _ context: EventContext) async throws -> String {
            try await #require(asked.client).emitWithAck("ask", as: String.self)
        }

        func askMe(_ step: Step, _ context: EventContext) throws { asked.client = context.client }

        func now(_ step: Step, _ context: EventContext) throws -> JSONValue? { step.value }
    }

    @Test("VAL-08: bad acks are the violations of who sent them, and never of whoever's handler asked for them")
    func guiltOfAcks() async throws {
        let gateway = Relay()
        let policies = TestPolicies().allowing(
            more: "limits: { connection: { messages: off }, user: { messages: off }, violations: { window: 60s, disconnect_after: 3 } }")
        try await TestServer.with(PendingMount(gateway), configure: { $0.policies = policies }) { server in
            let asker = try await server.join("asker")
            let bad = try await server.join("bad")
            let good = try await server.join("good")
            try await bad.emitWithAck("ask me", [[:]])
            // Of another type: a wrong answer, and no broken limit.
            try await bad.onAckRequest { _ in SocketIOPayload([["no": "text"]]) }
            for _ in 0..<5 { #expect(try await asker.emitWithAck("relay", [[:]]).first?["code"] == "internal") }
            #expect(try await bad.emitWithAck("now", [["value": 1]]) == [1])
            let deep = (0..<60).reduce(JSONValue.null) { inner, _ in .array([inner]) }
            try await bad.onAckRequest { _ in SocketIOPayload([deep]) }
            for round in 1...3 {
                #expect(try await asker.emitWithAck("relay", [[:]]).first?["status"] == "error", "round \(round)")
            }
            #expect(try await bad.closed().code == CloseCode.violations.rawValue)
            #expect(try await server.records("session.violations").map { $0["actor"]?["sub"] } == ["bad"])
            for client in [asker, good] { #expect(try await client.emitWithAck("now", [["value": 2]]) == [2]) }
        }
    }
}
