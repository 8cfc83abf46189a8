import EngineIO
import GatehouseJSON
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Leaving namespaces")
struct LeavingTests {
    private static let policies = TestPolicies().allowing().allowing("/side")

    @Test("SIO-05: leaving one namespace leaves the connection and the other namespaces", arguments: SocketIOClient.Transport.allCases)
    func leavesOne(_ transport: SocketIOClient.Transport) async throws {
        let recorder = Recorder()
        let side = ScriptGateway<Side>(left: { _, reason in recorder.note(reason.rawValue) })
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(side), configure: { $0.policies = Self.policies }
        ) { server in
            let client = try await server.join(over: transport)
            let first = try await client.join("/side", auth: try server.auth())
            try await client.leave("/side")
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            #expect(recorder.notes == ["client namespace disconnect"])
            let second = try await client.join("/side", auth: try server.auth())
            #expect(first != second)
        }
    }

    @Test("SIO-07: what was under way to a namespace that the server left is dropped and counted for five seconds; after them it closes")
    func grace() async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()), configure: { $0.policies = Self.policies }
        ) { server in
            let client = try await server.join()
            try await client.join("/side", auth: try server.auth())
            try await server.handle.of("/side").disconnectSockets()
            try await client.disconnected(from: "/side")
            try await client.sendPacket("2/side,[\"now\",{}]")
            try await client.sendPacket("3/side,1[]")
            try await client.sendPacket("1/side,")
            try await client.sendPacket("51-/side,[\"now\",{\"_placeholder\":true,\"num\":0}]")
            try await client.sendRaw(ByteBuffer(string: "x"))
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
            #expect(try await server.counters().droppedAfterLeave == 4)
            try await server.advance(.milliseconds(4_900))
            try await client.sendPacket("2/side,[\"now\",{}]")
            #expect(try await client.emitWithAck("now", [["value": 2]]) == [2])
            try await server.advance(.milliseconds(200))
            try await client.sendPacket("2/side,[\"now\",{}]")
            #expect(try await client.closed().code == CloseCode.protocolError.rawValue)
        }
    }

    @Test("SIO-07: a namespace that the client left itself has no grace")
    func noGraceForClients() async throws {
        try await TestServer.with(PendingMount(ScriptGateway<Root>())) { server in
            let client = try await server.join()
            try await client.leave("/")
            try await client.sendPacket("2[\"now\",{}]")
            #expect(try await client.closed().code == CloseCode.protocolError.rawValue)
        }
    }

    @Test("REG-14, API-05: rooms are still there while a client leaves, and gone when it has left")
    func roomsWhileLeaving() async throws {
        let recorder = Recorder()
        let done = Latch()
        let gateway = ScriptGateway<Root>(
            leaving: { _, rooms, reason in recorder.note("leaving \(rooms.map(\.name).sorted()) \(reason)") },
            left: { client, reason in
                let rooms = try? await client.rooms
                recorder.note("left \(rooms?.count ?? -1) \(reason)")
                done.open()
            })
        try await TestServer.with(PendingMount(gateway)) { server in
            let client = try await server.join()
            for room in ["a", "b"] { try await client.emitWithAck("join", [["room": .string(room)]]) }
            try await client.leave("/")
            await done.wait()
            #expect(
                recorder.notes == [
                    "leaving [\"a\", \"b\"] client namespace disconnect", "left 1 client namespace disconnect",
                ])
            #expect(try await server.handle.of("/").to("a").fetchSockets().isEmpty)
        }
    }

    @Test("API-02: a hook that sends while clients are put out changes nothing about whom that means")
    func nestedBroadcast() async throws {
        let gateway = ScriptGateway<Root>(leaving: { client, _, _ in
            try? client.server.of("/").except(client.id).emit("gone", 1)
            try? client.server.of("/").to("other").emit("gone", 2)
        })
        try await TestServer.with(PendingMount(gateway)) { server in
            let kept = try await server.join("kept")
            let keptID = try #require(try await server.handle.of("/").fetchSockets().first?.socketID)
            var others: [SocketIOClient] = []
            for number in 0..<8 {
                let other = try await server.join("other\(number)")
                try await other.emitWithAck("join", [["room": "other"]])
                others.append(other)
            }
            try await server.handle.of("/").except(keptID).disconnectSockets()
            for other in others { try await other.disconnected(from: "/") }
            #expect(try await kept.emitWithAck("now", [["value": 1]]) == [1])
            #expect(try await server.handle.of("/").fetchSockets().map(\.socketID) == [keptID])
        }
    }

    @Test("REG-05: a client that its own leaving hook puts out, alone or with its connection, leaves once", arguments: [false, true])
    func leavesOnceOnly(closing: Bool) async throws {
        let recorder = Recorder()
        let gateway = ScriptGateway<Root>(
            leaving: { client, _, reason in
                recorder.note("leaving \(reason)")
                client.disconnect(close: closing)
            },
            left: { _, reason in recorder.note("left \(reason)") })
        try await TestServer.with(PendingMount(gateway)) { server in
            let client = try await server.join()
            try await client.leave("/")
            try await server.eventually { recorder.notes.count >= 2 }
            if closing {
                _ = try await client.closed()
                try await server.eventually { server.engine.counts.connections == 0 }
            } else {
                try await client.join("/", auth: try server.auth())
            }
            #expect(recorder.notes == ["leaving client namespace disconnect", "left client namespace disconnect"])
        }
    }

    /// Everything that can end a client, with the words that its hook is given.
    enum Ending: String, CaseIterable {
        case clientLeaves = "client namespace disconnect"
        case clientCloses = "transport close"
        case connectionBreaks = "transport error"
        case clientIsSilent = "ping timeout"
        case clientIsSlow = "forced close"
        case packetIsBroken = "parse error"
        case serverPutsOut = "server namespace disconnect"
        case serverCloses = "forced server close"
        case serverStops = "server shutting down"
    }

    @Test("API-06: the reason says who ended it, and why; the audit log says the same", arguments: Ending.allCases)
    func reasons(_ ending: Ending) async throws {
        let recorder = Recorder()
        let done = Latch()
        let gateway = ScriptGateway<Root>(left: { _, reason in
            recorder.note(reason.description)
            done.open()
        })
        try await TestServer.with(
            PendingMount(gateway), configure: { if ending == .clientIsSlow { $0.engine.outboundQueue = 10_000 } }
        ) { server in
            try await bring(ending, to: server)
            await done.wait()
            #expect(recorder.notes == [ending.rawValue])
            #expect(DisconnectReason(rawValue: ending.rawValue) != nil)
            #expect(try await server.records("ns.left").last?["detail"]?["reason"] == .string(ending.rawValue))
        }
    }

    private func bring(_ ending: Ending, to server: TestServer) async throws {
        switch ending {
        case .clientLeaves: try await server.join().leave("/")
        case .clientCloses: try await server.join().close()
        case .connectionBreaks: try await server.join().cutOff(.reset)
        case .clientIsSilent:
            _ = try await server.stall("alice", lifetime: 36_000)
            try await server.advance(.minutes(30))
            try await server.advance(.minutes(30))
        case .clientIsSlow:
            _ = try await server.stall("alice")
            for number in 0..<3 { try server.handle.of("/").emit("told", number, String(repeating: "x", count: 6_000)) }
        case .packetIsBroken: try await server.join().sendPacket("2{}")
        case .serverPutsOut:
            _ = try await server.join()
            try await server.handle.of("/").disconnectSockets()
        case .serverCloses:
            _ = try await server.join()
            try await server.handle.of("/").disconnectSockets(close: true)
        case .serverStops:
            _ = try await server.join()
            _ = try await server.engine.shutdown(interval: .milliseconds(1), within: .seconds(5))
        }
    }

    @Test("REG-05, API-09: a hook that puts everyone out, and one that throws, end nothing but what they mean")
    func hooksThatAct() async throws {
        let gateway = ScriptGateway<Root>(
            connected: { client in if client.principal.subject == "thrower" { throw GatewayError(.internal, "hook") } },
            left: { client, _ in
                try? await client.server.of("/").disconnectSockets()
                client.disconnect()
            })
        try await TestServer.with(PendingMount(gateway)) { server in
            let thrower = try await server.join("thrower")
            #expect(try await thrower.emitWithAck("now", [["value": 1]]) == [1])
            let clients = [try await server.join("a"), try await server.join("b")]
            try await thrower.leave("/")
            for client in clients { try await client.disconnected(from: "/") }
            let late = try await server.join("late")
            #expect(try await late.emitWithAck("now", [["value": 2]]) == [2])
        }
    }

    @Test("a client that has left joins nothing, is sent nothing, and no record says otherwise")
    func leftClientsAreHarmless() async throws {
        let kept = Kept()
        let gateway = ScriptGateway<Root>(connected: { kept.client = $0 })
        try await TestServer.with(PendingMount(gateway)) { server in
            let wire = try await server.join()
            #expect(try await wire.emitWithAck("now", [["value": 1]]) == [1])
            let client = try #require(kept.client)
            client.disconnect()
            try await wire.disconnected(from: "/")
            try await client.join("room")
            try client.emit("said", 1)
            #expect(try await client.leave("room") == false)
            #expect(try await server.records("room.joined").isEmpty)
            #expect(try await server.handle.of("/").to("room").fetchSockets().isEmpty)
        }
    }
}
