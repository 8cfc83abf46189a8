import EngineIO
import GatehouseJSON
import GatehouseNetwork
import GatehousePolicy
import GatehouseTesting
import NIOCore
import Testing

@testable import Gatehouse

@Suite("What is counted for an address")
struct AddressRateTests {
    private func server(send: String? = nil, more: String = "", _ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), configure: { $0.policies = TestPolicies().allowing(send: send, more: more) }, body)
    }

    @Test("POL-12: a rule's rate for addresses is one bucket for all users of an address")
    func messages() async throws {
        let send = "{ id: send.now, event: now, rate: { ip: 1/s burst 2 } }\n    - { id: send.rest, event: [later, say, join, leave] }"
        try await server(send: send) { server in
            let alice = try await server.join("alice")
            let bob = try await server.join("bob")
            #expect(try await alice.emitWithAck("now", [["value": 1]]) == [1])
            #expect(try await bob.emitWithAck("now", [["value": 2]]) == [2])
            for client in [alice, bob] {
                #expect(try await client.emitWithAck("now", [["value": 3]]).first?["code"] == "rate_limited")
            }
            #expect(try await alice.emitWithAck("later", [["value": 4]]) == [4])
            try await server.advance(.seconds(1))
            #expect(try await bob.emitWithAck("now", [["value": 5]]) == [5])
            #expect(try await alice.emitWithAck("now", [["value": 6]]).first?["code"] == "rate_limited")
        }
    }

    @Test("POL-12: a namespace's `ip.connects` bounds how often an address joins it, whoever it says it is")
    func connects() async throws {
        try await server(more: "limits: { ip: { connects: 1/s burst 2 } }") { server in
            for name in ["alice", "bob"] { _ = try await server.join(name) }
            await #expect { try await server.join("carol") } throws: { "\($0)".contains("limit") }
            let record = try await server.records("ns.denied").last
            #expect(record?["decision"]?["reason"] == "connect_rate")
            try await server.advance(.seconds(1))
            _ = try await server.join("carol")
        }
    }

    @Test("SEC-42: a namespace's `ip.failed_auth` refuses good tokens too, until it is repaid")
    func failures() async throws {
        try await server(more: "limits: { ip: { failed_auth: 1/s burst 2 } }") { server in
            for _ in 0..<2 {
                let client = try await server.connect()
                await #expect { try await client.join("/", auth: ["token": "no"]) } throws: { "\($0)".contains("unauthorized") }
            }
            await #expect { try await server.join() } throws: { "\($0)".contains("limit") }
            try await server.advance(.seconds(1))
            _ = try await server.join()
        }
    }

    @Test("POL-12, AC-37: an address whose connections end with broken protocols opens none for a while; one record tells of it")
    func malformed() async throws {
        let policies = TestPolicies(global: "limits: { ip: { malformed: 1/s burst 2 } }\n").allowing()
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: {
                $0.policies = policies
                $0.engine.trustedProxies = [CIDR("127.0.0.0/8")].compactMap { $0 }
            }
        ) { server in
            func connect(_ address: String) async throws -> SocketIOClient {
                try await server.connect(headers: [("X-Forwarded-For", address)])
            }
            let honest = try await connect("203.0.113.9")
            try await honest.join("/", auth: try server.auth())
            // A packet that is no Socket.IO is the connection's fault; an event that is refused is not.
            #expect(try await honest.emitWithAck("unknown", []).first?["code"] == "forbidden")
            for _ in 0..<2 {
                let client = try await connect("203.0.113.9")
                try await client.sendRaw("47")
                _ = try await client.closed()
            }
            for _ in 0..<3 {
                let error = await #expect(throws: SocketIOClientError.self) { try await connect("203.0.113.9") }
                #expect(error?.httpStatus == 429)
            }
            #expect(try await honest.emitWithAck("now", [["value": 1]]) == [1])
            _ = try await connect("203.0.113.10")
            let records = try await server.records("conn.rejected").filter { $0["decision"]?["reason"] == "malformed_rate" }
            #expect(records.count == 1)
            try await server.advance(.seconds(1))
            _ = try await connect("203.0.113.9")
        }
    }

    @Test("SEC-42: an IPv6 address is counted with its /64, and an IPv4 address alone")
    func prefixes() throws {
        let files = TestPolicies(global: "limits:\n  ip: { connects: 1/s burst 1 }\n").allowing().files
        func limits() throws -> AddressLimits { AddressLimits(try PolicyBundle.load(files: files)) }
        func second(_ first: String, _ second: String) throws -> Bool {
            let limits = try limits()
            #expect(limits.takeConnect(AddressKey(try #require(IPAddress(first))), now: 1))
            return limits.takeConnect(AddressKey(try #require(IPAddress(second))), now: 1)
        }
        #expect(try !second("2001:db8::1", "2001:db8::ffff:1"))
        #expect(try second("2001:db8::1", "2001:db8:0:1::1"))
        #expect(try second("192.0.2.1", "192.0.2.2"))
    }
}
