import EngineIO
import GatehouseJSON
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("CONNECT on the wire")
struct ConnectTests {
    private static let policies = TestPolicies().allowing().allowing("/side")

    private func server(_ configure: (inout TestServer.Settings) -> Void = { _ in }, _ body: (TestServer) async throws -> Void) async throws
    {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()),
            configure: {
                $0.policies = Self.policies
                configure(&$0)
            }, body)
    }

    @Test("SIO-01: a joined namespace has an id of its own, unrelated to the session's", arguments: SocketIOClient.Transport.allCases)
    func ids(_ transport: SocketIOClient.Transport) async throws {
        try await server { server in
            let client = try await server.connect(transport)
            let root = try await client.join("/", auth: try server.auth())
            let side = try await client.join("/side", auth: try server.auth())
            #expect(Set([root, side, client.engineSessionID]).count == 3)
            #expect(SocketID(root) != nil)
            #expect(SocketID(side) != nil)
        }
    }

    @Test("SEC-A, SEC-23: the WebSocket of a session that has shown its token is in nobody's unauthenticated share")
    func upgradeIsAuthenticated() async throws {
        try await server { server in
            let upgrade = try await HalfUpgrade(server)
            #expect(server.engine.counts.connections == 1)
            #expect(server.engine.counts.unauthenticated == 0)
            withExtendedLifetime(upgrade) {}
        }
    }

    @Test("SIO-04: a connection that ends in the middle of what it sent leaves the time of the others alone")
    func timeGoesOn() async throws {
        try await server { server in
            let broken = try await server.connect()
            try await broken.sendPacket("abc")
            _ = try await broken.closed()
            try await server.advance(.seconds(10))
            let client = try await server.connect()
            try await server.advance(.milliseconds(100))
            try await client.join("/", auth: try server.auth())
        }
    }

    @Test("SIO-02: a namespace that nobody serves is refused in fixed words", arguments: ["/random", "/Side", "/side.x"])
    func unknownNamespace(_ name: String) async throws {
        try await server { server in
            let client = try await server.connect()
            let auth = try server.auth()
            let refusal = await #expect(throws: ConnectRefused.self) { try await client.join(name, auth: auth) }
            #expect(refusal?.message == "Invalid namespace")
            #expect(refusal?.data == nil)
            #expect(try await server.records("ns.denied").last?["target"]?["ns"] == .string(name))
            try await client.join("/", auth: auth)
        }
    }

    @Test("SIO-03: three refused CONNECTs close the connection, two do not; a terminal code keeps standard clients away")
    func threeRefusals() async throws {
        try await server { server in
            let patient = try await server.connect()
            let auth = try server.auth()
            for _ in 0..<2 { await #expect(throws: ConnectRefused.self) { try await patient.join("/") } }
            try await patient.join("/", auth: auth)

            let client = try await server.connect()
            for _ in 0..<2 { await #expect(throws: ConnectRefused.self) { try await client.join("/side") } }
            await #expect(throws: (any Error).self) { try await client.join("/random") }
            #expect(try await client.closed().code == CloseCode.unauthorized.rawValue)
        }
    }

    @Test("SIO-04: a connection in no namespace is closed after the connect deadline; joining lifts it, leaving the last one arms it anew")
    func connectDeadline() async throws {
        try await server { server in
            let idle = try await server.connect()
            let joined = try await server.join()
            try await joined.join("/side", auth: try server.auth())
            try await server.advance(.milliseconds(4_900))
            #expect(try await joined.emitWithAck("now", [["value": 1]]) == [1])
            try await server.advance(.milliseconds(400))
            #expect(try await idle.closed().code == CloseCode.connectTimeout.rawValue)

            try await joined.leave("/")
            try await server.advance(.seconds(60))
            #expect(try await joined.emitWithAck("now", [["value": 2]], in: "/side") == [2])
            try await joined.leave("/side")
            // An answer to a CONNECT that is refused tells that the server has seen the leave.
            await #expect(throws: ConnectRefused.self) { try await joined.join("/random") }
            try await server.advance(.milliseconds(4_600))
            await #expect(throws: ConnectRefused.self) { try await joined.join("/random") }
            try await server.advance(.milliseconds(700))
            #expect(try await joined.closed().code == CloseCode.connectTimeout.rawValue)
        }
    }

    @Test("LIM, SIO-03: a namespace beyond the bound is refused with `limit`, and the decision is in the audit log")
    func tooManyNamespaces() async throws {
        try await server({ $0.limits.namespacesPerConnection = 1 }) { server in
            let client = try await server.join()
            let auth = try server.auth()
            let refusal = await #expect(throws: ConnectRefused.self) { try await client.join("/side", auth: auth) }
            #expect(refusal?.code == "limit")
            #expect(try await server.record(of: refusal?.decision)?["decision"]?["reason"] == "connection_namespaces")
            try await client.leave("/")
            try await client.join("/side", auth: auth)
        }
    }

    static let early: [String] = [
        "1", "2[\"now\"]", "20[\"now\"]", "30[]", "3[]", "4{\"message\":\"x\"}", "51-[\"now\",{\"_placeholder\":true,\"num\":0}]",
        "50-[\"now\"]", "61-0[{\"_placeholder\":true,\"num\":0}]", "2/side,[\"now\"]", "1/side,",
    ]

    @Test("AC-22, GW-02, SIO-06: any other packet before CONNECT is accepted closes the connection, and no handler runs", arguments: early)
    func packetsBeforeConnect(_ packet: String) async throws {
        let recorder = Recorder()
        let gateway = ScriptGateway<Root>(now: { _, _ in
            recorder.note("now")
            return nil
        })
        try await TestServer.with(PendingMount(gateway)) { server in
            let client = try await server.connect()
            try await client.sendPacket(packet)
            #expect(try await client.closed().code == CloseCode.protocolError.rawValue)
            #expect(recorder.notes.isEmpty)
            #expect(try await server.records("conn.closed").last?["detail"]?["reason"] == "parse error")
        }
    }

    @Test("GW-02: an event sent behind a CONNECT that is refused reaches nobody")
    func eventBehindRefusedConnect() async throws {
        let recorder = Recorder()
        let gateway = ScriptGateway<Root>(
            now: { _, _ in
                recorder.note("now")
                return nil
            }, connected: { _ in recorder.note("connected") })
        try await TestServer.with(PendingMount(gateway)) { server in
            let client = try await server.connect()
            try await client.sendPacket("0{\"token\":\"no\"}")
            try await client.sendPacket("2[\"now\",{}]")
            #expect(try await client.closed().code == CloseCode.protocolError.rawValue)
            #expect(recorder.notes.isEmpty)
        }
    }

    @Test("REG-09: a refused CONNECT leaves nothing in the namespace")
    func refusalLeavesNothing() async throws {
        try await server { server in
            let client = try await server.connect()
            await #expect(throws: ConnectRefused.self) { try await client.join("/", auth: ["token": "no"]) }
            #expect(try await server.handle.of("/").fetchSockets().isEmpty)
            #expect(server.runtime.users.count == 0)
        }
    }
}
