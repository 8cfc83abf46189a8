import EngineIO
import GatehouseJSON
import GatehousePolicy
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("What a CONNECT costs")
struct ConnectChargeTests {
    private func server(limits: String = "limits: { violations: { window: 60s } }", _ body: (TestServer) async throws -> Void) async throws
    {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()),
            configure: { $0.policies = TestPolicies().allowing(more: limits).allowing("/side", more: limits) }, body)
    }

    /// Joins and leaves, until it is refused or has done so often enough.
    private func cycle(_ client: SocketIOClient, _ auth: JSONObject, upTo most: Int) async throws -> (joined: Int, refusal: ConnectRefused?)
    {
        for count in 0..<most {
            do {
                try await client.join("/", auth: auth)
            } catch let refusal as ConnectRefused {
                return (count, refusal)
            }
            try await client.leave("/")
        }
        return (most, nil)
    }

    @Test(
        "SEC-42: without a word in the policies, joining and leaving over and over is bounded for a connection; leaving pays nothing back")
    func connection() async throws {
        try await server { server in
            let client = try await server.connect()
            let auth = try server.auth()
            let (joined, refusal) = try await cycle(client, auth, upTo: 1_000)
            #expect(joined == 20 && refusal?.code == "limit")
            #expect(try await server.record(of: refusal?.decision)?["decision"]?["reason"] == "connection_connects")
            // Two a second are there again.
            try await server.advance(.seconds(1))
            #expect(try await cycle(client, auth, upTo: 10).joined == 2)
            // Whoever does not stop is put off, and may come back later.
            await #expect(throws: ConnectRefused.self) { try await client.join("/", auth: auth) }
            #expect(try await client.closed().code == CloseCode.rateLimited.rawValue)
        }
    }

    @Test("SEC-42: a user's CONNECTs count over all connections, whoever comes in between")
    func user() async throws {
        try await server { server in
            var joined = 0
            for _ in 0..<20 { joined += try await cycle(try await server.connect(), try server.auth("mallory"), upTo: 15).joined }
            #expect(joined == 200)
            #expect(try await server.records("ns.denied").last?["decision"]?["reason"] == "user_connects")
            _ = try await server.join("alice")
        }
    }

    @Test("an honest client that comes back with eight tabs and all its namespaces, many times in a row, is let in")
    func reconnects() async throws {
        try await server { server in
            for _ in 0..<10 {
                var tabs: [SocketIOClient] = []
                for _ in 0..<8 {
                    let tab = try await server.connect()
                    for namespace in ["/", "/side"] { try await tab.join(namespace, auth: try server.auth()) }
                    tabs.append(tab)
                }
                for tab in tabs { try await tab.close() }
                try await server.eventually { server.engine.counts.connections == 0 }
            }
            #expect(try await server.records("ns.denied").isEmpty)
        }
    }

    @Test(
        "the defaults can be changed and turned off",
        arguments: [
            ("connection: { connects: 1/s burst 3 }", 3), ("user: { connects: 1/s burst 3 }", 3), ("ip: { connects: 1/s burst 3 }", 3),
            ("connection: { connects: off }, user: { connects: off }, ip: { connects: off }", 400),
        ])
    func settings(limits: String, joined: Int) async throws {
        try await server(limits: "limits: { \(limits) }") { server in
            let outcome = try await cycle(try await server.connect(), try server.auth(), upTo: 400)
            #expect(outcome.joined == joined)
        }
    }
}
