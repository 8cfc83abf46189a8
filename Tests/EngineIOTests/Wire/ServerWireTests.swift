import EngineIO
import GatehouseTLS
import NIOCore
import Testing

@Suite("The server as a whole", .timeLimit(.minutes(1)))
struct ServerWireTests {
    typealias T = TestServer

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

    @Test("REL-23: a polling client between two requests finds its messages and the end on any connection it has", arguments: [1, 2])
    func shutdownBetweenPolls(loops: Int) async throws {
        try await T.with(loops: loops) { server in
            let first = try await server.connect()
            // Where there are two loops, it belongs to the one that does not have the session.
            let second = try await server.connect()
            let sid = try await server.open(first)
            #expect(try await first.post(T.polling(sid), "4last words").body == "ok")
            async let result = server.server.shutdown(interval: .milliseconds(1), within: .seconds(20))
            #expect(await server.record.closed(1) == [.serverShuttingDown])
            #expect(try await second.get(T.polling(sid)).body == "4last words\u{1e}1")
            #expect(try await result)
            #expect(await first.receiveAll().readableBytes == 0)
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
