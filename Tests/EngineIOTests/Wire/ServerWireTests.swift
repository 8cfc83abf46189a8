import EngineIO
import GatehouseTLS
import NIOCore
import Testing

@Suite("The server as a whole", .timeLimit(.minutes(1)))
struct ServerWireTests {
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
            while server.server.counts.connections > 0 { await Task.yield() }
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

    @Test("A plain WebSocket route and a fixed answer live beside Engine.IO")
    func routes() async throws {
        let raw = EngineRoute.webSocket(WebSocketLimits(message: 1 << 20, fragments: 1_000, leastFragment: 0)) { _, _ in RawEcho() }
        try await T.with({
            $0.routes["/ws-echo"] = raw
            $0.routes["/fixed"] = .http { _ in HTTPResponse(.ok, body: ByteBuffer(string: "fine")) }
        }) { server in
            let client = try await server.connect()
            #expect(try await client.get("/fixed").body == "fine")
            #expect(try await client.upgrade("/ws-echo").status == 101)
            let long = String(repeating: "y", count: 200_000)
            try await client.send(Frames.text(long) + Frames.text("a", isFinal: false) + Frames.client(0, [0x62]) + Frames.binary([1]))
            #expect(try await client.frame().text == long)
            #expect(try await client.frame().text == "ab")
            #expect(try await client.frame() == ServerFrame(opcode: 2, payload: [1]))
        }
    }

    @Test("A graceful shutdown closes every session with its code and reports whether all ended in time")
    func shutdown() async throws {
        try await T.with { server in
            let (socket, poll, idle) = (try await server.openWebSocket(), try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            try await poll.send("GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n")
            var isParked = false
            while !isParked { isParked = try await server.server.onEachLoop { $0.parkedPolls }.contains(1) }
            async let result = server.server.shutdown(interval: .milliseconds(1), within: .seconds(20))
            #expect(try await socket.frame().closeCode == 4000)
            try await socket.send(Frames.close(4000))
            #expect(try await poll.response().body == "1")
            #expect(await idle.receiveAll().readableBytes == 0)
            #expect(try await result)
            #expect(await server.record.closed(2) == [.serverShuttingDown, .serverShuttingDown])
        }
    }
}

/// Echoes plain WebSocket messages.
final class RawEcho: WebSocketReceiver {
    func webSocketOpened(_ socket: WebSocketHandler) {}
    func webSocket(_ socket: WebSocketHandler, text: ByteBuffer) { socket.send(text, isText: true) }
    func webSocket(_ socket: WebSocketHandler, binary: ByteBuffer) { socket.send(binary, isText: false) }
    func webSocketReadComplete(_ socket: WebSocketHandler) {}
    func webSocketClosed(_ socket: WebSocketHandler, _ end: WebSocketEnd) {}
    func webSocketBecameWritable(_ socket: WebSocketHandler) {}
    func webSocketOverflowed(_ socket: WebSocketHandler) { socket.close(.goingAway) }
}
