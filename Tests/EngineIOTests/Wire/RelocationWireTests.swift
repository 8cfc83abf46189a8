import Dispatch
import GatehouseNetwork
import GatehouseTLS
import GatehouseTestSupport
import NIOConcurrencyHelpers
import NIOCore
import NIOEmbedded
import Testing

@testable import EngineIO

@Suite("Connections that move between event loops", .timeLimit(.minutes(1)))
struct RelocationWireTests {
    typealias T = TestServer

    @Test(
        "EIO-12: with several event loops a session's requests meet on its loop, whichever connection they come on",
        arguments: [false, true])
    func loops(keepsConnection: Bool) async throws {
        try await T.with(loops: 3) { server in
            let clients = [try await server.connect(), try await server.connect(), try await server.connect(), try await server.connect()]
            for round in 0..<6 {
                let sid = try await server.open(clients[round % 4])
                for (index, client) in clients.enumerated() {
                    #expect(try await client.post(T.polling(sid), "4\(round).\(index)").body == "ok")
                    let reader = keepsConnection ? client : try await server.connect()
                    #expect(try await reader.get(T.polling(sid)).body == "4\(round).\(index)")
                    if !keepsConnection { reader.close() }
                }
                let socket = try await server.connect()
                #expect(try await socket.upgrade(T.webSocket(sid)).status == 101)
                try await socket.send(Frames.text("2probe") + Frames.text("5") + Frames.text("4up"))
                #expect(try await socket.frame().text == "3probe")
                #expect(try await socket.frame().text == "4up")
                socket.close()
            }
            #expect(await server.record.closed(6) == [EngineCloseReason](repeating: .transportClose, count: 6))
            for client in clients { client.close() }
            try await eventually { server.server.counts.connections == 0 }
            #expect(server.server.counts.unauthenticated == 0)
        }
    }

    @Test("EIO-12: what is pipelined behind a request that moves moves with it")
    func pipelinedMove() async throws {
        try await T.with(loops: 2) { server in
            for _ in 0..<4 {
                let (first, second) = (try await server.connect(), try await server.connect())
                let sid = try await server.open(first)
                let body = "4a\u{1E}4b"
                try await second.send(
                    "POST \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                        + "GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n")
                #expect(try await second.response().body == "ok")
                #expect(try await second.response().body == body)
            }
        }
    }

    @Test(
        "EIO-12: what a client sends with the end of its connection is taken in on the session's loop, too",
        arguments: RawClient.Ending.allCases)
    func lastRequestMoves(_ ending: RawClient.Ending) async throws {
        let tls = ending == .tcp ? nil : try TLSPair()
        try await T.with(loops: 2, tls: tls?.server) { server in
            func connect() async throws -> RawClient {
                if let tls { try await tls.connect(server) } else { try await server.connect() }
            }
            // Connections go to the loops in turn.
            for round in 1...20 {
                let (first, second) = (try await connect(), try await connect())
                let sid = try await server.open(first)
                // Whoever closes with unread bytes, such as TLS's tickets, resets the connection: what it sent may never be seen.
                #expect(try await second.get("/none").status == 404)
                let post = "POST \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\n1"
                try await second.sendLast(post, ending)
                let reasons = await server.record.closed(round)
                #expect(reasons.last == .transportClose, "\(reasons) \(round)")
                first.close()
            }
        }
    }

    @Test("EIO-08, EIO-12: a poll whose connection ends on the way to the session's loop closes the session")
    func lostPollMoves() async throws {
        try await T.with(loops: 2) { server in
            for round in 1...8 {
                let (first, second) = (try await server.connect(), try await server.connect())
                let sid = try await server.open(first)
                try await second.sendLast("GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n", .tcp)
                #expect(await server.record.closed(round).last == .transportError)
                first.close()
            }
        }
    }

    @Test("EIO-12: TLS connections move between event loops as well, with their TLS state")
    func loopsUnderTLS() async throws {
        let tls = try TLSPair()
        try await T.with(loops: 2, tls: tls.server) { server in
            let clients = [try await tls.connect(server), try await tls.connect(server), try await tls.connect(server)]
            for round in 0..<4 {
                let sid = try await server.open(clients[round % 3])
                for (index, client) in clients.enumerated() {
                    #expect(try await client.post(T.polling(sid), "4\(round).\(index)").body == "ok")
                    #expect(try await client.get(T.polling(sid)).body == "4\(round).\(index)")
                }
            }
            let sid = try await server.open(clients[0])
            #expect(try await clients[1].upgrade(T.webSocket(sid)).status == 101)
            try await clients[1].send(Frames.text("2probe") + Frames.text("5") + Frames.text("4" + String(repeating: "x", count: 40_000)))
            #expect(try await clients[1].frame().text == "3probe")
            #expect(try await clients[1].frame().payload.count == 40_001)
            try await clients[1].send(Frames.close(1000))
            #expect(try await clients[1].frame().closeCode == 1000)
            for client in clients { client.close() }
        }
    }

    @Test("EIO-12: a TLS connection that has moved ends with close_notify, and can move again for the next request")
    func movedTLS() async throws {
        let tls = try TLSPair()
        try await T.with(loops: 3, tls: tls.server) { server in
            for _ in 0..<4 {
                let clients = [try await tls.connect(server), try await tls.connect(server), try await tls.connect(server)]
                let sids = [try await server.open(clients[0]), try await server.open(clients[1])]
                func post(_ sid: String, _ fields: String = "") -> String {
                    "POST \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\(fields)Content-Length: 2\r\n\r\n4a"
                }
                try await clients[2].send(post(sids[0]) + post(sids[1]) + post(sids[0]) + post(sids[1], "Connection: close\r\n"))
                for _ in 0..<4 { #expect(try await clients[2].response().body == "ok") }
                _ = await clients[2].receiveAll()
                #expect(clients[2].fault == nil)
                for client in clients { client.close() }
            }
            #expect(server.record.now.closed.isEmpty)
        }
    }

    @Test("SEC-27, EIO-12: a connection that moves keeps its peer's address, which the kernel forgets when it is reset")
    func keepsAddress() throws {
        let world = EmbeddedWorld()
        let channel = EmbeddedChannel(loop: world.eventLoop)
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1_024)).wait()
        let head = ByteBuffer(string: "GET \(T.polling()) HTTP/1.1\r\nHost: test\r\n\r\n")
        let peer = ConnectionPeer(accepted: try SocketAddress(ipAddress: "203.0.113.9", port: 1), EngineConfiguration())
        try ConnectionSetup.adopt(channel, world.loop, peer, tls: nil, replay: head)
        #expect(world.record.now.addresses == ["203.0.113.9"])
        _ = try? channel.finish()
    }

    @Test(
        "SEC-27: a connection that is reset before it is accepted has no address any more, and is not heard; under TLS it is told of",
        arguments: [false, true])
    func resetBeforeAccept(isSecure: Bool) async throws {
        let tls = isSecure ? try TLSPair() : nil
        let failures = NIOLockedValueBox<[String]>([])
        let telling = tls?.server { peer, error in failures.withLockedValue { $0.append("\(peer ?? "-") \(error.code)") } }
        try await T.with(tls: telling) { server in
            let (isHeld, gate) = (Latch(), DispatchSemaphore(value: 0))
            async let blocked: [Void] = server.server.onEachLoop { _ in
                isHeld.open()
                gate.wait()
            }
            await isHeld.wait()
            let client = try await server.connect()
            try await client.send("GET \(T.polling()) HTTP/1.1\r\nHost: test\r\n\r\n")
            try await client.reset()
            gate.signal()
            _ = try await blocked
            let next = if let tls { try await tls.connect(server) } else { try await server.connect() }
            _ = try await server.open(next)
            #expect(failures.withLockedValue { $0 } == (isSecure ? ["- tls_handshake_failed"] : []))
            #expect(server.record.now.addresses == ["127.0.0.1"])
            #expect(server.record.now.opened == 1)
        }
    }

    struct Lost: Sendable, CustomTestStringConvertible {
        let method: String
        /// Behind the sid.
        var query = ""
        var path = TestServer.path
        var fields = ""
        let ends: Bool
        var testDescription: String { "\(method) \(path) \(query) \(fields.dropLast(2))" }
    }

    @Test(
        "EIO-08, SEC-02: a request that is lost on its way ends its session, if it may speak for it",
        arguments: [
            Lost(method: "GET", ends: true), Lost(method: "POST", ends: true), Lost(method: "PUT", ends: false),
            Lost(method: "GET", query: "x", ends: false), Lost(method: "GET", query: "&sid=other", ends: false),
            Lost(method: "GET", path: "/elsewhere", ends: false),
            Lost(method: "GET", fields: "Origin: https://evil.example\r\n", ends: false),
        ])
    func lost(_ lost: Lost) async throws {
        try await T.with({ $0.transports = [.polling] }) { server in
            let client = try await server.connect()
            let origin = "Origin: https://good.example\r\n"
            let sid = try await server.open(client, fields: origin)
            let target = T.polling(sid).replacing(T.path, with: lost.path) + lost.query
            let fields = lost.fields.isEmpty ? origin : lost.fields
            _ = try await server.server.onEachLoop { loop in
                var bytes = ByteBuffer(string: "\(lost.method) \(target) HTTP/1.1\r\nHost: test\r\n\(fields)Content-Length: 0\r\n\r\n")
                var decoder = HTTPRequestDecoder(limits: HTTPLimits())
                guard case .head(let head)? = try decoder.next(&bytes) else { throw EngineRefusal.badRequest }
                loop.requestLost(
                    EngineRequest(
                        head: head, peer: nil, address: ClientAddress(IPAddress("192.0.2.1")), certificate: nil, isSecure: false, issued: 0)
                )
            }
            #expect(server.record.now.closed == (lost.ends ? [.transportError] : []))
        }
    }
}
