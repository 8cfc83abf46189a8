import EngineIO
import Foundation
import GatehouseNetwork
import NIOCore
import NIOPosix
import Testing

@Suite("Proxies over real sockets", .timeLimit(.minutes(1)))
struct ProxyWireTests {
    typealias T = TestServer
    private static let loopback = ["127.0.0.1/32"]
    private static let line = "PROXY TCP4 203.0.113.9 127.0.0.1 51008 8443\r\n"
    private static let get = "GET \(T.polling()) HTTP/1.1\r\nHost: test\r\n"

    private func trusting(_ networks: [String], _ more: @escaping (inout EngineConfiguration) -> Void = { _ in })
        -> (inout EngineConfiguration) -> Void
    {
        {
            $0.trustedProxies = networks.compactMap { CIDR($0) }
            more(&$0)
        }
    }

    @Test("a plain port for proxies serves those that are trusted, and lets everybody else go", arguments: [true, false])
    func onlyProxies(isTrusted: Bool) async throws {
        let configure = trusting([isTrusted ? "127.0.0.1/32" : "192.0.2.0/24"]) { $0.servesProxiesOnly = true }
        try await T.with(configure) { server in
            let client = try await server.connect()
            try? await client.send(Self.get + "\r\n")
            if isTrusted {
                #expect(try await client.response().status == 200)
            } else {
                #expect(await client.receiveAll().readableBytes == 0)
                #expect(server.record.now.addresses.isEmpty)
            }
        }
    }

    @Test(
        "a PROXY header says who the client is; what the client says of itself does not count",
        arguments: ["", "X-Forwarded-For: 6.6.6.6\r\n"])
    func proxyHeader(fields: String) async throws {
        try await T.with(trusting(Self.loopback) { $0.readsProxyHeaders = true }) { server in
            for size in [1_000, 10] {
                let client = try await server.connect()
                var rest = Array((Self.line + Self.get + fields + "\r\n").utf8)[...]
                while !rest.isEmpty {
                    try await client.send(rest.prefix(size))
                    rest = rest.dropFirst(size)
                }
                #expect(try await client.response().status == 200)
            }
            #expect(server.record.now.addresses == ["203.0.113.9", "203.0.113.9"])
        }
    }

    @Test("behind TLS too")
    func proxyHeaderBeforeTLS() async throws {
        let pair = try TLSPair()
        try await T.with(tls: pair.server, trusting(Self.loopback) { $0.readsProxyHeaders = true }) { server in
            let client = try await server.connect()
            try await client.send(Self.line)
            try await pair.secure(client)
            #expect(try await client.get(T.polling()).status == 200)
            #expect(server.record.now.addresses == ["203.0.113.9"])
        }
    }

    @Test("the connections that a PROXY header names are counted for their client")
    func counted() async throws {
        try await T.with(trusting(Self.loopback) { ($0.readsProxyHeaders, $0.connections.perAddress) = (true, 1) }) { server in
            let first = try await server.connect()
            try await first.send(Self.line + Self.get + "\r\n")
            #expect(try await first.response().status == 200)
            let second = try await server.connect()
            try await second.send(Self.line + Self.get + "\r\n")
            #expect(try await second.response().status == 429)
            let other = try await server.connect()
            try await other.send(Self.line.replacing("203.0.113.9", with: "203.0.113.8") + Self.get + "\r\n")
            #expect(try await other.response().status == 200)
        }
    }

    @Test("a proxy that speaks for itself is nobody's address, and its client's fields are not believed")
    func unknown() async throws {
        try await T.with(trusting(Self.loopback) { $0.readsProxyHeaders = true }) { server in
            let client = try await server.connect()
            try await client.send("PROXY UNKNOWN\r\n" + Self.get + "X-Forwarded-For: 127.0.0.1\r\n\r\n")
            #expect(try await client.response().status == 200)
            #expect(server.record.now.addresses != ["127.0.0.1"])
        }
    }

    @Test(
        "a trusted proxy without its header is let go, at once and in time",
        arguments: ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "PROXY TCP4 x\r\n", "\r\n\r\nX"])
    func noHeader(bytes: String) async throws {
        try await T.with(trusting(Self.loopback) { $0.readsProxyHeaders = true }) { server in
            let client = try await server.connect()
            try await client.send(bytes)
            #expect(await client.receiveAll().readableBytes == 0)
            #expect(server.record.now.addresses.isEmpty && server.record.now.malformed.isEmpty)
        }
    }

    @Test("so is one that sends none")
    func silent() async throws {
        let clock = ManualClock()
        try await T.with(trusting(Self.loopback) { ($0.readsProxyHeaders, $0.clock) = (true, clock.engineClock) }) { server in
            let client = try await server.connect()
            try await client.send("PROXY TC")
            while try await server.server.onEachLoop({ $0.connectionCount }) != [1] { await Task.yield() }
            clock.advance(.seconds(6))
            try await server.tick()
            #expect(await client.receiveAll().readableBytes == 0)
            #expect(try await server.server.onEachLoop { $0.connectionCount } == [0])
        }
    }

    @Test("nobody else's PROXY header is read")
    func untrusted() async throws {
        try await T.with(trusting(["192.0.2.0/24"]) { $0.readsProxyHeaders = true }) { server in
            let liar = try await server.connect()
            try await liar.send(Self.line + Self.get + "\r\n")
            #expect(try await liar.response().status == 400)
            let client = try await server.connect()
            #expect(try await client.get(T.polling()).status == 200)
            #expect(server.record.now.addresses == ["127.0.0.1"])
        }
    }

    @Test("a header is not read where the setting is off")
    func off() async throws {
        try await T.with(trusting(Self.loopback)) { server in
            let client = try await server.connect()
            try await client.send(Self.line + Self.get + "\r\n")
            #expect(try await client.response().status == 400)
        }
    }

    @Test("with many event loops the client of a PROXY header stays that client, wherever its connection moves")
    func relocation() async throws {
        try await T.with(loops: 4, trusting(Self.loopback) { $0.readsProxyHeaders = true }) { server in
            let client = try await server.connect()
            try await client.send(Self.line + Self.get + "\r\n")
            let sid = T.sid(try await client.response().body)
            for _ in 0..<6 {
                let other = try await server.connect()
                try await other.send(Self.line)
                #expect(try await other.post(T.polling(sid), "4x").status == 200)
            }
            #expect(Set(server.record.now.addresses) == ["203.0.113.9"])
        }
    }

    @Test("a Unix domain socket is a trusted proxy's, and goes with the server", arguments: [false, true])
    func unixSocket(isStale: Bool) async throws {
        let path = "/tmp/gatehouse-\(UUID().uuidString.prefix(8)).sock"
        if isStale {
            // As a server leaves it that was killed.
            try StaleSocket.leave(at: path)
            #expect(FileManager.default.fileExists(atPath: path))
        }
        try await T.with { server in
            try await server.server.bind(unixSocket: path)
            let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(rights == 0o660)
            let client = try await RawClient(unixSocket: path)
            #expect(try await client.get(T.polling(), fields: "X-Forwarded-For: 203.0.113.9\r\n").status == 200)
            #expect(server.record.now.addresses == ["203.0.113.9"])
            let inUse = await #expect(throws: EngineServerError.self) { try await server.server.bind(unixSocket: path) }
            #expect(inUse?.code == "socket_in_use")
        }
        #expect(!FileManager.default.fileExists(atPath: path) && !FileManager.default.fileExists(atPath: path + ".new"))
    }

    @Test("a file that is no socket stays")
    func noSocket() async throws {
        let path = "/tmp/gatehouse-\(UUID().uuidString.prefix(8))"
        try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await T.with { server in
            let error = await #expect(throws: EngineServerError.self) { try await server.server.bind(unixSocket: path) }
            #expect(error?.code == "not_a_socket")
        }
        #expect(FileManager.default.contents(atPath: path) == Data("mine".utf8))
    }

    @Test("a probe is answered where there is no room for clients, and keeps no connection open")
    func probe() async throws {
        try await T.with({
            $0.routes["/health"] = .probe { HTTPResponse(.ok, body: ByteBuffer(string: "ok")) }
            $0.connections.node = 1
        }) { server in
            let first = try await server.openWebSocket()
            let probe = try await server.connect()
            let answer = try await probe.get("/health")
            #expect(answer.status == 200 && answer.body == "ok")
            let client = try await server.connect()
            #expect(try await client.get(T.polling()).status == 503)
            first.close()
        }
    }

    @Test("a trusted proxy's connection is kept, whatever it is asked for", arguments: [true, false])
    func keepAlive(isTrusted: Bool) async throws {
        let clock = ManualClock()
        try await T.with(trusting(isTrusted ? Self.loopback : []) { $0.clock = clock.engineClock }) { server in
            let client = try await server.connect()
            #expect(try await client.get("/nowhere").status == 404)
            clock.advance(.seconds(isTrusted ? 74 : 3))
            try await server.tick()
            if isTrusted {
                #expect(try await client.get("/nowhere").status == 404)
            } else {
                #expect(await client.receiveAll().readableBytes == 0)
            }
        }
    }

    @Test(
        "sub-protocols that a client offers do not break the handshake: the first is selected",
        arguments: [("one, two", "one"), ("one", "one"), ("a b", nil), (", one", nil), ("", nil), ("one;x", nil)] as [(String, String?)])
    func subprotocol(offer: String, selected: String?) async throws {
        try await T.with { server in
            let client = try await server.connect()
            let answer = try await client.upgrade(
                T.webSocket(), fields: WireResponse.upgradeFields + "Sec-WebSocket-Protocol: \(offer)\r\n")
            #expect(answer.status == 101 && answer.fields["sec-websocket-protocol"] == selected)
        }
    }
}
