import EngineIO
import GatehouseAudit
import GatehouseJSON
import GatehouseNetwork
import GatehousePolicy
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import Testing

@testable import Gatehouse

@Suite("Floods of bad tokens")
struct FailedAuthFloodTests {
    private static let flooder = "203.0.113.9"
    private static let neighbour = "198.51.100.7"

    /// Clients come over a proxy that is trusted, so that a test can have several addresses.
    private func server(_ penalty: String, loops: Int = 1, more: String = "", _ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: {
                $0.policies = TestPolicies(global: "limits: { ip: { failed_auth_penalty: { \(penalty) } } }\n").allowing(more: more)
                $0.engine.trustedProxies = [CIDR("127.0.0.0/8")].compactMap { $0 }
                $0.loops = loops
            }, body)
    }

    private func connect(
        _ server: TestServer, from address: String, _ transport: SocketIOClient.Transport = .webSocket
    ) async throws -> SocketIOClient {
        try await server.connect(transport, headers: [("X-Forwarded-For", address)])
    }

    private func refusal(_ server: TestServer, from address: String, token: String = "no") async throws -> ConnectRefused {
        let client = try await connect(server, from: address)
        return try #require(await #expect(throws: ConnectRefused.self) { try await client.join("/", auth: ["token": .string(token)]) })
    }

    private func join(_ server: TestServer, from address: String, _ subject: String = "alice") async throws -> SocketIOClient {
        let client = try await connect(server, from: address)
        try await client.join("/", auth: try server.auth(subject))
        return client
    }

    @Test("SEC-42, AC-37: failures in a row are followed by delays that double, told in seconds; another address is served meanwhile")
    func delays() async throws {
        try await server("delay_after: 2, max_delay: 4s") { server in
            for _ in 0..<2 { #expect(try await refusal(server, from: Self.flooder).code == "unauthorized") }
            for delay in [1, 2, 4, 4] {
                let good = try TestTokens.token("alice", now: server.clock.wallMilliseconds / 1_000)
                let early = try await refusal(server, from: Self.flooder, token: good)
                #expect(early.code == "limit" && early.data?["retry"] == .integer(Int64(delay)))
                _ = try await join(server, from: Self.neighbour)
                try await server.advance(.seconds(Int64(delay)) - .milliseconds(1))
                #expect(try await refusal(server, from: Self.flooder).data?["retry"] == 1)
                try await server.advance(.milliseconds(1))
                #expect(try await refusal(server, from: Self.flooder).code == "unauthorized")
            }
            try await server.advance(.seconds(4))
            _ = try await join(server, from: Self.flooder)
            // The first of its kind is in the log at once, the others folded.
            let reasons = try await server.records("auth.failed").compactMap { $0["decision"]?["reason"]?.stringValue }
            #expect(Set(reasons) == ["malformed:parts", "failed_auth_delay"])
        }
    }

    @Test("AC-37: a flood bans its address for a while: 403 code 4 at HTTP, one record, and what it has open without a token goes")
    func ban() async throws {
        try await server("delay_after: 3, ban_after: 6, ban_for: 2m", loops: 2) { server in
            let joined = try await join(server, from: Self.flooder)
            let idle = try await connect(server, from: Self.flooder)
            let polling = try await connect(server, from: Self.flooder, .polling)
            for _ in 0..<6 { _ = try await refusal(server, from: Self.flooder) }
            #expect(try await idle.closed().code == CloseCode.rateLimited.rawValue)
            _ = try await polling.closed()
            for transport in SocketIOClient.Transport.allCases {
                let error = await #expect(throws: SocketIOClientError.self) { try await connect(server, from: Self.flooder, transport) }
                #expect(error?.httpStatus == 403, "\(transport)")
            }
            // Who has shown a good token before is somebody else behind the same NAT.
            #expect(try await joined.emitWithAck("now", [["value": 1]]) == [1])
            _ = try await join(server, from: Self.neighbour)
            let records = try await server.records("conn.banned")
            let record = try #require(records.first)
            #expect(records.count == 1 && record["target"]?["ref"]?.stringValue == Self.flooder)
            #expect(record["detail"]?["reason"] == "failed_auth" && record["detail"]?["seconds"] == 120)
            #expect(ULID(record["detail"]?["cause"]?.stringValue ?? "") != nil)
            #expect(try await server.records("conn.rejected").last?["decision"]?["reason"] == "banned")
            try await server.advance(.seconds(119))
            await #expect(throws: SocketIOClientError.self) { try await connect(server, from: Self.flooder) }
            try await server.advance(.seconds(1))
            _ = try await join(server, from: Self.flooder)
        }
    }

    @Test("AC-37: a ban between HTTP and CONNECT holds for the CONNECT, good token or not, and for nobody who is in a namespace already")
    func banBeforeConnect() async throws {
        try await server("delay_after: 3, ban_after: 6, ban_for: 2m") { server in
            let joined = try await join(server, from: Self.flooder)
            let early = try await connect(server, from: Self.flooder)
            let polling = try await connect(server, from: Self.flooder, .polling)
            // As it is while the round that closes the address's connections has not reached these.
            let now = server.runtime.clock.wallMilliseconds()
            server.runtime.addressBans.ban(AddressKey(try #require(IPAddress(Self.flooder))), until: now + 90_000)
            for client in [early, polling] {
                let refused = try #require(
                    await #expect(throws: ConnectRefused.self) { try await client.join("/", auth: try server.auth("bob")) })
                #expect(refused.code == "limit" && refused.data?["retry"] == 90)
            }
            // The second is folded into the record of the first.
            #expect(try await server.records("ns.denied").map { $0["decision"]?["reason"] } == ["address"])
            try await joined.leave("/")
            _ = try await join(server, from: Self.neighbour)
            try await server.advance(.seconds(90))
            _ = try await join(server, from: Self.flooder)
        }
    }

    @Test("REL-22, AC-37: a ban closes what its address has open without a token in several turns of the loop")
    func banInTurns() async throws {
        try await server("delay_after: 3, ban_after: 6, ban_for: 2m") { server in
            for _ in 0..<150 {
                let answer = try await RawHTTP.send(
                    "GET", "/socket.io/?EIO=4&transport=polling", fields: "X-Forwarded-For: \(Self.flooder)\r\n", to: server.url)
                #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
            }
            let address = AddressKey(try #require(IPAddress(Self.flooder)))
            let loop = try #require(server.runtime.sockets.allLoops.first)
            let left = try await loop.submit { loop in
                (loop.application as? Pipeline)?.ban(address, nil, cause: "")
                return loop.connections.count
            }
            #expect((1..<150).contains(left))
            try await server.eventually { try await loop.submit { $0.connections.count } == 0 }
        }
    }

    @Test("SEC-42: a token that was good once is charged to the rate, and delays nobody")
    func expired() async throws {
        try await server("delay_after: 1, ban_after: 2") { server in
            let token = try TestTokens.token("alice", lifetime: 10, now: server.clock.wallMilliseconds / 1_000)
            try await server.advance(.seconds(11))
            for _ in 0..<5 { #expect(try await refusal(server, from: Self.flooder, token: token).code == "token_expired") }
            _ = try await join(server, from: Self.flooder)
            #expect(try await server.records("conn.banned").isEmpty)
        }
    }

    @Test("SEC-42: bad tokens in `auth.refresh` delay those who showed them, and cost their address nothing; the session stays")
    func refresh() async throws {
        try await server("delay_after: 1, ban_after: 3", more: "token: { on_expiry: refresh, refresh: { window: 60s } }") { server in
            let client = try await join(server, from: Self.flooder)
            for code in ["unauthorized", "rate_limited", "rate_limited", "rate_limited"] {
                #expect(try await client.emitWithAck("auth.refresh", [["token": "no"]]).first?["code"]?.stringValue == code)
            }
            _ = try await join(server, from: Self.flooder, "bob")
            #expect(try await client.emitWithAck("now", [["value": 1]]) == [1])
        }
    }

    @Test("SEC-42: an IPv6 address stands for its /64")
    func prefix() async throws {
        try await server("delay_after: 1, ban_after: 2") { server in
            for last in 1...2 { _ = try await refusal(server, from: "2001:db8::\(last)") }
            await #expect(throws: SocketIOClientError.self) { try await connect(server, from: "2001:db8::ffff:3") }
            _ = try await join(server, from: "2001:db8:0:1::1")
            #expect(try await server.records("conn.banned").first?["target"]?["ref"] == "2001:db8::/64")
        }
    }

    @Test("SEC-42: a reload that leaves the penalty as it is gives nobody a fresh start")
    func reload() throws {
        let files = TestPolicies(global: "limits: { ip: { failed_auth_penalty: { delay_after: 1 } } }\n").allowing().files
        let address = AddressKey(try #require(IPAddress(Self.flooder)))
        let holder = PolicyHolder(try PolicyBundle.load(files: files))
        #expect(!holder.inForce.addresses.failedAuthentication(address, to: "/", wasGoodOnce: false, now: 1))
        _ = holder.replace(with: try PolicyBundle.load(files: files))
        #expect(holder.inForce.addresses.refuseEarly(address, to: "/", now: 1)?.reason == "failed_auth_delay")
        _ = holder.replace(with: try PolicyBundle.load(files: TestPolicies().allowing().files))
        #expect(holder.inForce.addresses.refuseEarly(address, to: "/", now: 1) == nil)
    }
}
