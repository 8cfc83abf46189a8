import GatehouseJSON
import GatehouseTesting
import NIOCore
import Testing

@testable import Gatehouse

@Suite("Clients that come back")
struct ReconnectTests {
    private func server(_ body: (TestServer) async throws -> Void) async throws {
        let more = "limits: { violations: { window: 60s, ban_after: 3, ban_for: 10m } }"
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), configure: { $0.policies = TestPolicies().allowing(more: more) }, body)
    }

    @Test("SEC-19: who is banned while away is refused on the way back, on every transport", arguments: SocketIOClient.Transport.allCases)
    func bannedInTheGap(_ transport: SocketIOClient.Transport) async throws {
        try await server { server in
            let auth = try server.auth()
            let away = try await server.connect(transport)
            try await away.join("/", auth: auth)
            let other = try await server.join()
            try await away.close()
            for _ in 0..<3 { try await other.emit("nothing") }
            _ = try await other.closed()
            let back = try await server.connect(transport)
            let refusal = await #expect(throws: ConnectRefused.self) { try await back.join("/", auth: auth) }
            #expect(refusal?.code == "banned")
            #expect(try await server.handle.of("/").fetchSockets().isEmpty)
        }
    }

    @Test("SEC-19: whoever asks to have an old session recovered is judged like anyone else, and gets a new one")
    func recovery() async throws {
        try await server { server in
            var auth = try server.auth(lifetime: 60)
            let first = try await server.connect()
            let id = try await first.join("/", auth: auth)
            try await first.emitWithAck("join", [["room": "red"]])
            try await first.close()
            // What a client of another server sends to have its state recovered.
            auth["pid"] = .string(id)
            auth["offset"] = "1"
            let second = try await server.connect()
            #expect(try await second.join("/", auth: auth) != id)
            let sockets = try await server.handle.of("/").fetchSockets()
            #expect(sockets.count == 1 && sockets.allSatisfy { !$0.rooms.contains("red") })
            try await server.advance(.seconds(61))
            let third = try await server.connect()
            let refusal = await #expect(throws: ConnectRefused.self) { try await third.join("/", auth: auth) }
            #expect(refusal?.code == "token_expired")
        }
    }
}
