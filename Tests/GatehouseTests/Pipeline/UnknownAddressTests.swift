import EngineIO
import GatehouseJSON
import GatehouseNetwork
import GatehousePolicy
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

/// The server trusts the proxy at 127.0.0.1, which every client of these tests is.
@Suite("Clients whose proxy does not say who they are (SEC-27)")
struct UnknownAddressTests {
    private func server(
        global: String = "", connect: String? = nil, more: String = "", field: ForwardedField = .xForwardedFor,
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let trusted = try #require(CIDR("127.0.0.0/8"))
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: {
                $0.policies = TestPolicies(global: global).allowing(connect: connect, more: more)
                $0.engine.trustedProxies = [trusted]
                $0.engine.forwardedField = field
            }, body)
    }

    private func joins(_ server: TestServer, _ field: String, _ value: String) async throws -> Bool {
        let client = try await server.connect(headers: [(field, value)])
        do {
            try await client.join("/", auth: try server.auth())
            return true
        } catch is ConnectRefused {
            return false
        }
    }

    private func expect(_ server: TestServer, _ field: String, _ value: String, isLetIn: Bool) async throws {
        let joined = try await joins(server, field, value)
        #expect(joined == isLetIn, "\(field): \(value)")
    }

    @Test(
        "no rule lets an address in that nobody can read: neither as the proxy's own nor as any other",
        arguments: [
            ("203.0.113.8:51008", false), ("[::1]:443", true), ("unknown", false), ("127.0.0.1:x", false), ("", false),
            ("127.0.0.1:80", true), ("203.0.113.8", false), ("127.0.0.1, nonsense", false),
        ])
    func allowRule(hop: String, isLetIn: Bool) async throws {
        try await server(connect: "{ id: root.connect, when: { ip: [\"127.0.0.0/8\", \"::1\"] } }") { server in
            try await expect(server, "X-Forwarded-For", hop, isLetIn: isLetIn)
        }
    }

    @Test(
        "a deny rule by address holds for an unknown one, and so does an exception from an allow rule",
        arguments: [
            ("deny:\n  - { id: g.block, when: { ip: [\"203.0.113.0/24\"] } }\n", "{ id: root.connect }"),
            ("deny:\n  - { id: g.office, unless: { ip: [\"10.0.0.0/8\", \"198.51.100.0/24\"] } }\n", "{ id: root.connect }"),
            ("", "{ id: root.connect, unless: { ip: [\"203.0.113.0/24\"] } }"),
        ])
    func denyRule(global: String, connect: String) async throws {
        try await server(global: global, connect: connect) { server in
            try await expect(server, "X-Forwarded-For", "198.51.100.7:51008", isLetIn: true)
            try await expect(server, "X-Forwarded-For", "203.0.113.8:51008", isLetIn: false)
            try await expect(server, "X-Forwarded-For", "_hidden", isLetIn: false)
        }
    }

    @Test("`Forwarded` is read where it is asked for, and the other field is not")
    func forwarded() async throws {
        let connect = "{ id: root.connect, when: { ip: [\"203.0.113.0/24\"] } }"
        try await server(connect: connect, field: .forwarded) { server in
            try await expect(server, "Forwarded", "for=\"203.0.113.8:51008\";proto=https", isLetIn: true)
            try await expect(server, "X-Forwarded-For", "203.0.113.8", isLetIn: false)
            try await expect(server, "Forwarded", "for=_hidden", isLetIn: false)
        }
    }

    @Test("limits count all unknown addresses as one, which is no other's")
    func limits() async throws {
        try await server(global: "limits:\n  ip: { connects: 1/s burst 2 }\n") { server in
            for hop in ["unknown", "203.0.113.300"] { _ = try await server.connect(headers: [("X-Forwarded-For", hop)]) }
            await #expect(throws: SocketIOClientError.self) { try await server.connect(headers: [("X-Forwarded-For", "_x")]) }
            _ = try await server.connect(headers: [("X-Forwarded-For", "203.0.113.8:1")])
            #expect(try await server.records("conn.opened").first?["actor"]?["ip"] == "unknown")
        }
    }

    @Test("bad tokens from unknown addresses delay and ban the unknown, and nobody else")
    func penalty() async throws {
        try await server(global: "limits: { ip: { failed_auth_penalty: { delay_after: 1, ban_after: 3 } } }\n") { server in
            for hop in ["unknown", "_x", "1.2.3"] {
                let client = try await server.connect(headers: [("X-Forwarded-For", hop)])
                await #expect(throws: ConnectRefused.self) { try await client.join("/", auth: ["token": "no"]) }
            }
            await #expect(throws: SocketIOClientError.self) { try await server.connect(headers: [("X-Forwarded-For", "_y")]) }
            try await expect(server, "X-Forwarded-For", "203.0.113.8", isLetIn: true)
            #expect(try await server.records("conn.banned").first?["target"]?["ref"] == "unknown")
        }
    }

    @Test("what a proxy writes is in the log once a minute, escaped")
    func notice() async throws {
        let lines = LogLines()
        let trusted = try #require(CIDR("127.0.0.0/8"))
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: {
                $0.engine.trustedProxies = [trusted]
                $0.logger = lines.logger
            }
        ) { server in
            for _ in 0..<3 {
                _ = try await server.connect(headers: [("X-Forwarded-For", "203.0.113.8;\"\\\(String(repeating: "x", count: 200))")])
            }
            #expect(lines.all.count == 1)
            #expect(
                lines.all.first?.contains(#"203.0.113.8;\"\\x"#) == true
                    && lines.all.first?.contains(String(repeating: "x", count: 100)) == false)
            try await server.advance(.seconds(60))
            _ = try await server.connect(headers: [("X-Forwarded-For", "unknown")])
            #expect(lines.all.count == 2)
        }
    }
}
