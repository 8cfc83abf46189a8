import EngineIO
import GatehouseNetwork
import GatehouseTestSupport
import GatehouseTesting
import NIOCore
import NIOPosix
import Testing

@testable import Gatehouse

@Suite("Whom the engine turns away itself")
struct TurnedAwayTests {
    private static let open = "/socket.io/?EIO=4&transport=polling"

    private func server(_ limits: ConnectionLimits = .none, loops: Int = 1, _ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: {
                $0.engine.connections = limits
                $0.loops = loops
                $0.engine.http.head = 2_048
            }, body)
    }

    /// Reasons and counts of the records that tell of refused connections.
    private func rejected(_ server: TestServer) async throws -> [String] {
        try await server.records("conn.rejected").map {
            "\($0["decision"]?["reason"]?.stringValue ?? "") \($0["actor"]?["ip"]?.stringValue ?? "")"
        }
    }

    @Test("SEC-23, AUD: connections of one address beyond its share are on record")
    func address() async throws {
        var limits = ConnectionLimits.none
        limits.perAddress = 2
        try await server(limits) { server in
            _ = try await server.join("alice")
            _ = try await server.join("bob")
            for _ in 0..<2 { #expect(try await RawHTTP.send("GET", Self.open, to: server.url).hasPrefix("HTTP/1.1 429 ")) }
            #expect(try await rejected(server) == ["limit_address 127.0.0.1"])
            #expect(try await server.records("limit.node").isEmpty)
        }
    }

    @Test("SEC-23, AUD: so are those that a full node has no room for, and once in a while that it is full")
    func node() async throws {
        var limits = ConnectionLimits.none
        limits.node = 1
        try await server(limits, loops: 2) { server in
            _ = try await server.join("alice")
            for _ in 0..<3 { #expect(try await RawHTTP.send("GET", Self.open, to: server.url).hasPrefix("HTTP/1.1 503 ")) }
            #expect(try await rejected(server) == ["limit_node 127.0.0.1"])
            #expect(try await server.records("limit.node").map { $0["detail"]?["limit"] } == ["node"])
            try await server.advance(.seconds(10))
            #expect(try await RawHTTP.send("GET", Self.open, to: server.url).hasPrefix("HTTP/1.1 503 "))
            #expect(try await server.records("limit.node").count == 2)
        }
    }

    @Test("SEC-23, AUD: a polling session that made room for another is on record")
    func sessions() async throws {
        var limits = ConnectionLimits.none
        limits.unauthenticated = 2
        try await server(limits) { server in
            // Its session stays, without a connection, until another needs the room.
            for _ in 0..<3 {
                let answer = try await RawHTTP.send("GET", Self.open, to: server.url)
                #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
            }
            #expect(try await rejected(server) == ["made_room 127.0.0.1"])
            #expect(try await server.records("limit.node").map { $0["detail"]?["limit"] } == ["unauthenticated"])
        }
    }

    @Test("SEC-23: sessions of one /64 are those of one address, and another address finds its room")
    func sessionsOfPrefix() async throws {
        let trusted = try #require(CIDR("127.0.0.0/8"))
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: {
                $0.engine.trustedProxies = [trusted]
                $0.engine.connections.perAddress = 3
                $0.engine.connections.unauthenticated = 40
            }
        ) { server in
            func open(_ address: String) async throws -> Bool {
                try await RawHTTP.send("GET", Self.open, fields: "X-Forwarded-For: \(address)\r\n", to: server.url).hasPrefix(
                    "HTTP/1.1 200 ")
            }
            var opened = 0
            for last in 1...21 where try await open("2001:db8::\(last)") { opened += 1 }
            #expect(opened == 3)
            for other in ["2001:db8:0:1::1", "192.0.2.1"] { #expect(try await open(other), "\(other)") }
        }
    }

    @Test(
        "SEC-A: silent connections from everywhere that fill the share of the unauthenticated keep no honest client out", arguments: [1, 2])
    func silentFlood(loops: Int) async throws {
        var limits = ConnectionLimits.none
        limits.unauthenticated = 20
        try await server(limits, loops: loops) { server in
            let port = try #require(Int(server.url.split(separator: ":").last ?? ""))
            var silent: [any Channel] = []
            func flood(_ count: Int) async throws {
                for _ in 0..<count {
                    silent.append(
                        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port).get()
                    )
                }
            }
            try await flood(40)
            for honest in 0..<10 {
                for transport in SocketIOClient.Transport.allCases { _ = try await server.join("user\(honest)", over: transport) }
                try await flood(4)
            }
            try await server.eventually { server.engine.counts.unauthenticated <= 20 }
            #expect(try await server.records("ns.joined").count == 10 * SocketIOClient.Transport.allCases.count)
            #expect(try await rejected(server).allSatisfy { $0 == "made_room 127.0.0.1" })
            #expect(try await server.records("limit.node").map { $0["detail"]?["limit"] } == ["unauthenticated"])
            for channel in silent { channel.close(promise: nil) }
        }
    }

    @Test(
        "SEC-42, AUD-13: whoever has a whole /64 of addresses is one in the audit log's windows, each record with the address it came from")
    func prefix() async throws {
        try await TestServer.with(
            PendingMount(ScriptGateway<Root>()),
            configure: { $0.engine.trustedProxies = [CIDR("127.0.0.0/8")].compactMap { $0 } }
        ) { server in
            for address in ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "192.0.2.1", "192.0.2.2"] {
                let answer = try await RawHTTP.send(
                    "GET", Self.open + "&token=x", fields: "X-Forwarded-For: \(address)\r\n", to: server.url)
                #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
            }
            #expect(
                try await rejected(server).map { $0.split(separator: " ").last } == [
                    "2001:db8::1", "2001:db8:0:1::1", "192.0.2.1", "192.0.2.2",
                ])
        }
    }

    @Test("AUD: who does not finish a request in time is on record, who only waits for a next one is not", .timeLimit(.minutes(1)))
    func slow() async throws {
        try await server { server in
            let port = try #require(Int(server.url.split(separator: ":").last ?? ""))
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port)
                .get()
            try await channel.writeAndFlush(ByteBuffer(string: "GET /socket.io/ HT"))
            try await eventually { try await server.engine.onEachLoop({ $0.halfReadRequests }) == [1] }
            try await server.advance(.seconds(4))
            #expect(try await rejected(server) == [])
            try await server.advance(.seconds(2))
            try await channel.closeFuture.get(within: patience)
            #expect(try await rejected(server) == ["slow 127.0.0.1"])
        }
    }

    @Test(
        "AUD: requests that cannot be read are on record, and apart from what is refused for another reason",
        arguments: [("X-A: b\u{1}\r\n", "400"), ("X-A: \(String(repeating: "x", count: 4_000))\r\n", "431")])
    func http(_ field: String, _ status: String) async throws {
        try await server { server in
            for _ in 0..<2 {
                let answer = try await RawHTTP.send("GET", Self.open, fields: field, to: server.url)
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
            }
            #expect(try await RawHTTP.send("GET", Self.open + "&token=x", to: server.url).hasPrefix("HTTP/1.1 400 "))
            #expect(try await rejected(server) == ["http 127.0.0.1", "token_in_url 127.0.0.1"])
            #expect(try await server.records("conn.rejected").allSatisfy { $0["decision"]?["id"] != nil })
        }
    }

    @Test("AUD: a body that is larger than its session takes is on record")
    func body() async throws {
        try await server { server in
            let sid = try await server.stall("alice")
            let long = "4" + String(repeating: "x", count: 100_000)
            let answer = try await RawHTTP.send("POST", Self.open + "&sid=\(sid)", body: long, to: server.url)
            #expect(answer.hasPrefix("HTTP/1.1 413 "), "\(answer)")
            #expect(try await rejected(server) == ["http 127.0.0.1"])
        }
    }
}
