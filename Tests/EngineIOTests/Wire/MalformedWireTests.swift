import EngineIO
import GatehouseNetwork
import NIOCore
import Testing

@Suite("Broken protocols are told to the layer above, by address", .timeLimit(.minutes(1)))
struct MalformedWireTests {
    typealias T = TestServer

    private func isTold(_ count: Int, _ server: TestServer, by address: String = "127.0.0.1") -> Bool {
        server.record.now.malformed == Array(repeating: address, count: count)
    }

    @Test(
        "POL-12, AC-37: HTTP that cannot be read is told once; what any page can have a browser send is not",
        arguments: [
            ("GET / HTTP/1.1\nHost: test\n\n", 400, 1), ("GET / HTTP/1.1\r\nHost: test\r\nHost: b\r\n\r\n", 400, 1),
            ("GET / HTTP/3.0\r\nHost: test\r\n\r\n", 505, 1), ("GET / HTTP/1.1\r\nHost: test\r\nExpect: x\r\n\r\n", 417, 1),
            ("GET / HTTP/1.1\r\nHost: test\r\nX: \(String(repeating: "x", count: 9_000))\r\n\r\n", 431, 0),
            ("GET /\(String(repeating: "x", count: 3_000)) HTTP/1.1\r\nHost: test\r\n\r\n", 414, 0),
            // TLS, and TURN over TCP, to a port that speaks HTTP.
            ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}", 400, 0), ("\u{0}\u{3}\u{0}\u{24}\u{21}\u{12}", 400, 0),
        ])
    func http(text: String, status: Int, told: Int) async throws {
        try await T.with { server in
            let client = try await server.connect()
            try await client.send(text)
            #expect(try await client.response().status == status)
            _ = await client.receiveAll()
            #expect(isTold(told, server))
        }
    }

    @Test(
        "POL-12: what is well formed and refused is not",
        arguments: [
            "/nowhere", "/socket.io/?EIO=4&transport=never", "/socket.io/?EIO=3&transport=polling", "\(TestServer.polling("none"))",
            "/socket.io/?EIO=4&transport=websocket",
        ])
    func refused(target: String) async throws {
        try await T.with { server in
            let answer = try await server.connect().get(target)
            #expect([400, 404].contains(answer.status))
            #expect(isTold(0, server))
        }
    }

    @Test(
        "POL-12, AC-37: a POST that is no payload, or is too large, is told once",
        arguments: ["abc", "2", "bA*", "4" + String(repeating: "x", count: 1_000)])
    func post(body: String) async throws {
        try await T.with({ $0.maxPayload = 1_000 }) { server in
            let client = try await server.connect()
            let sid = try await server.open(client)
            #expect(try await client.post(T.polling(sid), "4good").status == 200)
            let answer = try await client.post(T.polling(sid), body)
            #expect([400, 413].contains(answer.status))
            // The answer may be here before the session is over on the other side.
            _ = await server.record.closed(1)
            #expect(isTold(1, server))
            let chunked = try await server.connect()
            let other = try await server.open(chunked)
            try await chunked.send(
                "POST \(T.polling(other)) HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
            )
            let second = try await chunked.response()
            #expect([400, 413].contains(second.status))
            _ = await server.record.closed(2)
            #expect(isTold(2, server))
        }
    }

    @Test(
        "POL-12, AC-37: a frame fault, and a message that is not Engine.IO, are told once; good frames and closes are not",
        arguments: [
            (Frames.client(3, []), 1), (Frames.client(1, [0xFF]), 1), (Frames.client(1, [0x34], masked: false), 1),
            (Frames.header64(2, length: 1 << 40), 1), (Frames.text("x"), 1), (Frames.text(""), 1),
            (Frames.text("4good"), 0), (Frames.client(9, []), 0), (Frames.close(1_000), 0),
        ])
    func frames(bytes: [UInt8], count: Int) async throws {
        try await T.with { server in
            let client = try await server.openWebSocket()
            try await client.send(bytes)
            _ = try await client.frame()
            #expect(isTold(count, server))
        }
    }

    @Test("POL-12: a connection that is lost is nobody's fault")
    func lost() async throws {
        try await T.with { server in
            try await server.openWebSocket().reset()
            _ = await server.record.closed()
            #expect(isTold(0, server))
        }
    }

    @Test("SEC-27: behind a trusted proxy it is the client's address, and nobody's while the head cannot be read")
    func proxy() async throws {
        try await T.with({ $0.trustedProxies = [CIDR("127.0.0.0/8")].compactMap { $0 } }) { server in
            let client = try await server.connect()
            _ = try await client.upgrade(T.webSocket(), fields: WireResponse.upgradeFields + "X-Forwarded-For: 203.0.113.9\r\n")
            _ = try await client.frame()
            try await client.send(Frames.client(3, []))
            _ = try await client.frame()
            #expect(isTold(1, server, by: "203.0.113.9"))
            let other = try await server.connect()
            try await other.send("GET / HTTP/1.1\nHost: test\n\n")
            #expect(try await other.response().status == 400)
            #expect(isTold(1, server, by: "203.0.113.9"))
        }
    }
}
