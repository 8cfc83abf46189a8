import EngineIO
import GatehouseAudit
import GatehouseJSON
import GatehouseNetwork
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Bans and who asks to come in")
struct BanEntryTests {
    private func server(
        proxies: String? = nil, connect: String? = nil, more: String = "", global: String = "", loops: Int = 1,
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let trusted = proxies.flatMap { CIDR($0) }.map { [$0] } ?? []
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()), PendingMount(ScriptGateway<Side>()),
            configure: {
                $0.policies = TestPolicies(global: global).allowing(connect: connect, more: more).allowing("/side")
                $0.engine.trustedProxies = trusted
                $0.loops = loops
            }, body)
    }

    // MARK: Users

    /// What is in force, and the code of a CONNECT of alice to `/` and to `/side`.
    static let bans: [(ban: Ban, root: String?, side: String?)] = [
        (.user(), "banned", "banned"), (.user("alice", "/side"), nil, "banned"), (.user("alice", "/", room: "tea"), nil, nil),
        (.user("bob"), nil, nil), (.user(ends: TestClock.start), nil, nil), (.user(ends: TestClock.start + 1), "banned", "banned"),
    ]

    @Test("MOD-03: a banned user is refused `banned`, in the ban's scope and until its end", arguments: bans.indices)
    func user(_ index: Int) async throws {
        let one = Self.bans[index]
        try await server { server in
            server.restrict(bans: [one.ban])
            for transport in SocketIOClient.Transport.allCases {
                for (namespace, code) in [("/", one.root), ("/side", one.side)] {
                    let client = try await server.connect(transport)
                    do {
                        try await client.join(namespace, auth: try server.auth())
                        #expect(code == nil, "\(namespace)")
                    } catch let refusal as ConnectRefused {
                        #expect(refusal.code == code, "\(namespace)")
                        let records = try await server.records("ns.denied")
                        #expect(records.first?["decision"]?["rule"] == "builtin.ban" && records.first?["actor"]?["sub"] == "alice")
                    }
                }
            }
        }
    }

    @Test("MOD-34: a ban has no effect from its instant on")
    func end() async throws {
        try await server { server in
            server.restrict(bans: [.user(ends: TestClock.start + 1_000)])
            let refusal = await #expect(throws: ConnectRefused.self) { try await server.join() }
            #expect(refusal?.code == "banned" && refusal?.message == "Banned")
            try await server.advance(.seconds(1))
            _ = try await server.join()
        }
    }

    @Test("MOD-65: the claims of a token that does not verify decide nothing")
    func unverified() async throws {
        try await server { server in
            server.restrict(bans: [.user()])
            let token = try #require(try server.auth()["token"]?.stringValue)
            let forged = String(token.dropLast(8)) + "AAAAAAAA"
            let client = try await server.connect()
            let refusal = await #expect(throws: ConnectRefused.self) { try await client.join("/", auth: ["token": .string(forged)]) }
            #expect(refusal?.code == "unauthorized")
        }
    }

    @Test("MOD-65: a banned user is refused before the `connect` rules and the caps, and costs the address nothing")
    func guiltyAlone() async throws {
        let global =
            "limits:\n  connections: { node: 1000, per_ip: 500, per_user: 1, unauthenticated: 500 }\n"
            + "  ip: { failed_auth_penalty: { delay_after: 1, ban_after: 3 } }\n"
        try await server(connect: "{ id: c, when: { roles: { any_of: [user] } } }", global: global) { server in
            server.restrict(bans: [.user()])
            for _ in 0..<10 {
                let refusal = await #expect(throws: ConnectRefused.self) { try await server.join(roles: ["nobody"]) }
                #expect(refusal?.code == "banned")
            }
            #expect(server.runtime.users.count == 0)
            _ = try await server.join("bob")
        }
    }

    @Test("MOD-65: a connection that keeps asking for a banned user ends as for any refused token")
    func persistent() async throws {
        try await server { server in
            server.restrict(bans: [.user()])
            let client = try await server.connect()
            let auth = try server.auth()
            for _ in 0..<server.runtime.sockets.limits.refusalsPerConnection {
                let refusal = await #expect(throws: ConnectRefused.self) { try await client.join("/", auth: auth) }
                #expect(refusal?.code == "banned")
            }
            _ = try await client.closed()
        }
    }

    @Test("SEC-41: a ban stands against a newer token, which changes nothing", arguments: [true, false])
    func refresh(_ isByAddress: Bool) async throws {
        try await server(more: "token: { on_expiry: refresh, refresh: { window: 60s } }") { server in
            let client = try await server.join(lifetime: 600)
            let token = JSONValue.object(try server.auth(lifetime: 900))
            server.restrict(bans: [isByAddress ? try .network("127.0.0.0/8") : .user()])
            let refused = try await client.emitWithAck("auth.refresh", [token]).first
            #expect(refused?["code"] == "banned")
            #expect(try await server.record(of: refused?["decision"]?.stringValue)?["decision"]?["rule"] == "builtin.refresh")
            #expect(try await server.tokenEnds == [TestClock.start + 600_000])
            server.restrict()
            #expect(try await client.emitWithAck("auth.refresh", [token]).first?["exp"] != nil)
        }
    }

    // MARK: Addresses

    @Test(
        "MOD-65: a banned address gets not a byte of HTTP, and its attempts are on record",
        arguments: ["127.0.0.1", "::ffff:127.0.0.0/104"])
    func accept(_ text: String) async throws {
        try await server { server in
            let before = try await server.join()
            server.restrict(bans: [try .network(text)])
            let connection = try await RawConnection(port: Int(server.url.split(separator: ":").last ?? "") ?? 0)
            #expect(try await connection.end() == "")
            #expect(try await server.records("conn.rejected").first?["decision"]?["reason"] == "address_banned")
            // Only the round ends what is open.
            #expect(try await before.emitWithAck("now", [["value": 1]]) == [1])
            server.restrict(bans: [try .network("192.0.2.0/24"), try .network("127.0.0.0/8", "/side")])
            _ = try await server.join()
        }
    }

    static let forwarded: [(String, Bool)] = [
        ("203.0.113.8", false), ("::ffff:203.0.113.8", false), ("198.51.100.9", true), ("2001:db8::1", false), ("2001:db9::1", true),
        ("203.0.113.8, 198.51.100.9", true), ("198.51.100.9, 203.0.113.8", false), ("unknown", true),
    ]

    @Test("MOD-65: behind a trusted proxy the forwarded address counts, and is refused with 403 and code 4", arguments: forwarded)
    func proxy(_ hops: String, _ isLetIn: Bool) async throws {
        try await server(proxies: "127.0.0.0/8") { server in
            // The proxy itself may be in a banned network: its clients are not.
            server.restrict(bans: [
                try .network("203.0.113.0/24"), try .network("2001:db8::/32"), try .network("127.0.0.0/8", ends: TestClock.start),
            ])
            let answer = try await RawHTTP.send(
                "GET", "/socket.io/?EIO=4&transport=polling", fields: "X-Forwarded-For: \(hops)\r\n", to: server.url)
            #expect(answer.hasPrefix("HTTP/1.1 200") == isLetIn, "\(answer)")
            if !isLetIn {
                #expect(answer.hasPrefix("HTTP/1.1 403") && answer.contains("\"code\":4"), "\(answer)")
                #expect(try await server.records("conn.rejected").first?["decision"]?["reason"] == "address_banned")
            }
        }
    }

    @Test("MOD-03: a network that is banned from a namespace is refused there, and nowhere else")
    func namespace() async throws {
        try await server { server in
            server.restrict(bans: [try .network("127.0.0.0/8", "/side")])
            let client = try await server.join()
            let refusal = await #expect(throws: ConnectRefused.self) { try await client.join("/side", auth: try server.auth()) }
            #expect(refusal?.code == "banned")
            let record = try await server.record(of: refusal?.decision)
            #expect(record?["decision"]?["rule"] == "builtin.ban" && record?["decision"]?["reason"] == "address_banned")
        }
    }
}
