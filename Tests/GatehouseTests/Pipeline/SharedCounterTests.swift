import GatehouseJSON
import GatehouseNetwork
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

/// Two users behind one address: a neighbour who does what he should not, and a victim who does nothing but what is his right.
@Suite("What is counted for an address is no user's fault")
struct SharedCounterTests {
    private static let violations = "violations: { window: 10m, disconnect_after: 3, ban_after: 5, ban_for: 5m }"

    private func server(
        global: String = "", send: String? = nil, limits: String = "", more: String = "", _ body: (TestServer) async throws -> Void
    ) async throws {
        let bounds = limits.isEmpty ? "" : ", \(limits)"
        let text = "limits: { connection: { messages: off }, user: { messages: off }, \(Self.violations)\(bounds) }\n\(more)"
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: { $0.policies = TestPolicies(global: global).allowing(send: send, more: text) }, body)
    }

    /// A stranger's bad tokens, each on a connection of its own.
    private func failTokens(_ count: Int, _ server: TestServer) async throws {
        for _ in 0..<count {
            let stranger = try await server.connect()
            await #expect(throws: ConnectRefused.self) { try await stranger.join("/", auth: ["token": "no"]) }
        }
    }

    private func refreshes(_ client: SocketIOClient, _ token: JSONObject) async throws -> Bool {
        try await client.emitWithAck("auth.refresh", [.object(token)]).first?["exp"] != nil
    }

    private func violations(_ server: TestServer) async throws -> Int { try await server.sum { $0.connectionState?.violations ?? 0 } }

    @Test("SEC-41: an open session refreshes its token whatever its address owes, even while the address is banned")
    func refresh() async throws {
        let penalty = "limits: { ip: { failed_auth: 1/h burst 1, failed_auth_penalty: { delay_after: 1, ban_after: 7 } } }\n"
        try await server(global: penalty, more: "token: { on_expiry: refresh }") { server in
            let victim = try await server.join("alice")
            for round in 1...10 {
                try await failTokens(round < 8 ? 1 : 0, server)
                let answer = try await victim.emitWithAck("auth.refresh", [.object(server.auth("alice", lifetime: 3_600 + Int64(round)))])
                #expect(answer.first?["exp"] != nil, "round \(round): \(answer)")
            }
            #expect(try await server.records("conn.banned").count == 1)
            #expect(try await violations(server) == 0)
            #expect(try await victim.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("SEC-41, SEC-42: whose own tokens are bad in `auth.refresh` waits, is told how long, and owes for them alone")
    func ownBadTokens() async throws {
        try await server(
            global: "limits: { ip: { failed_auth_penalty: { delay_after: 1, ban_after: 3 } } }\n", more: "token: { on_expiry: refresh }"
        ) { server in
            let guesser = try await server.join("mallory")
            let neighbour = try await server.join("alice")
            #expect(try await guesser.emitWithAck("auth.refresh", [["token": "no"]]).first?["code"] == "unauthorized")
            for _ in 0..<5 {
                let answer = try await guesser.emitWithAck("auth.refresh", [.object(server.auth("mallory", lifetime: 4_000))]).first
                #expect(answer?["code"] == "rate_limited" && answer?["retry"] == 1)
            }
            // Another connection of his finds the same.
            let second = try await server.join("mallory")
            #expect(try await second.emitWithAck("auth.refresh", [["token": "no"]]).first?["retry"] == 1)
            let neighbourToken = try server.auth("alice", lifetime: 4_000)
            #expect(try await refreshes(neighbour, neighbourToken))
            _ = try await server.join("bob")
            try await server.advance(.seconds(1))
            let guesserToken = try server.auth("mallory", lifetime: 4_000)
            #expect(try await refreshes(guesser, guesserToken))
        }
    }

    @Test(
        "POL-12: a rule's rate for addresses that a neighbour has spent is no violation, closes nothing, and costs no message of one's own",
        arguments: ["nack", "drop", "close"])
    func ruleRate(excess: String) async throws {
        let send = "{ id: send.now, event: now, rate: { ip: 1/s burst 10, connection: 1/h burst 10, on_exceed: \(excess) } }"
        try await server(send: send + "\n    - { id: send.rest, event: [later, say, join, leave] }") { server in
            let neighbour = try await server.join("mallory")
            let victim = try await server.join("alice")
            for _ in 0..<10 { #expect(try await neighbour.emitWithAck("now", [["value": 1]]) == [1]) }
            for _ in 0..<10 {
                let refused = try await victim.emitWithAck("now", [["value": 1]]).first
                #expect(refused?["code"] == "rate_limited")
            }
            #expect(try await server.records("msg.rate_limited").last?["decision"]?["reason"] == "address_rate_limited")
            #expect(try await violations(server) == 0)
            try await server.advance(.seconds(60))
            for _ in 0..<10 { #expect(try await victim.emitWithAck("now", [["value": 1]]) == [1]) }
        }
    }

    @Test("SIO-03: CONNECTs that are refused for what the address owes do not close the connection")
    func connectsOfAddress() async throws {
        let global = "limits: { ip: { failed_auth_penalty: { delay_after: 1 } } }\n"
        try await server(global: global, limits: "ip: { connects: 1/s burst 3 }") { server in
            let victim = try await server.connect()
            try await failTokens(1, server)
            for _ in 0..<5 {
                let refused = await #expect(throws: ConnectRefused.self) { try await victim.join("/", auth: try server.auth()) }
                #expect(refused?.code == "limit")
            }
            try await server.advance(.seconds(3))
            try await victim.join("/", auth: try server.auth())
        }
    }

    @Test("AC-37: who waits behind a banned address is told when to come back, and not that he is banned")
    func bannedAddress() async throws {
        let global = "limits: { ip: { failed_auth_penalty: { delay_after: 1, ban_after: 3, ban_for: 2m } } }\n"
        try await server(global: global) { server in
            let open = try await server.join("alice")
            let waiting = try await server.connect()
            try await failTokens(3, server)
            #expect(try await waiting.closed().code == CloseCode.rateLimited.rawValue)
            #expect(try await open.emitWithAck("now", [["value": 1]]) == [1])
            try await server.advance(.seconds(120))
            _ = try await server.join("bob")
        }
    }
}
