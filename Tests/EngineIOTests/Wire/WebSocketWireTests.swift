import EngineIO
import NIOCore
import Testing

@Suite("WebSocket over real sockets", .timeLimit(.minutes(1)))
struct WebSocketWireTests {
    typealias T = TestServer

    @Test("EIO-02, WS-01: handshake, open packet, echo of text and binary")
    func echo() async throws {
        try await T.with { server in
            let client = try await server.connect()
            let response = try await client.upgrade(T.webSocket())
            #expect(response.status == 101 && response.fields["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(response.fields.keys.sorted() == ["connection", "sec-websocket-accept", "upgrade"])
            let open = try await client.frame()
            #expect(
                open.text
                    == #"0{"sid":"\#(T.sid(open.text))","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":65536}"#)
            try await client.send(Frames.text("4hello") + Frames.binary([0, 255]) + Frames.client(9, Array("odd".utf8)))
            #expect(try await client.frame().text == "4hello")
            #expect(try await client.frame() == ServerFrame(opcode: 2, payload: [0, 255]))
            #expect(try await client.frame() == ServerFrame(opcode: 10, payload: Array("odd".utf8)))
        }
    }

    @Test(
        "WS-01, EIO-01: a refused upgrade gets a whole answer, never 101",
        arguments: [
            (
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                426
            ),
            ("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", 426),
            ("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n", 400),
            ("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2hvcnQ=\r\n", 400),
            (
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=*\r\n",
                400
            ),
            (
                "Upgrade: websocket\r\nConnection: close\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                400
            ),
            ("Upgrade: h2c\r\nConnection: Upgrade\r\nHTTP2-Settings: AAMAAABk\r\n", 400),
            ("Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", 400),
        ])
    func refused(fields: String, status: Int) async throws {
        try await T.with { server in
            let client = try await server.connect()
            let response = try await client.upgrade(T.webSocket(), fields: fields)
            #expect(response.status == status && response.fields["content-length"] == "\(response.body.utf8.count)")
            if status == 426 { #expect(response.fields["sec-websocket-version"] == "13") }
        }
    }

    @Test(
        "SEC-36, AC-03, AC-04, AC-21: extensions are not accepted, however they are asked for, nor what is no sub-protocol's name",
        arguments: [
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n", "Sec-WebSocket-Extensions: constructor\r\n",
            "Sec-WebSocket-Protocol: b" + String(repeating: " ", count: 8_000) + "x\r\n",
        ])
    func extensions(fields: String) async throws {
        try await T.with { server in
            let client = try await server.connect()
            let response = try await client.upgrade(T.webSocket(), fields: WireResponse.upgradeFields + fields)
            #expect(response.status == 101 && response.fields.keys.sorted() == ["connection", "sec-websocket-accept", "upgrade"])
            _ = try await client.frame()
            try await client.send(Frames.client(1, [0x34, 0x61], reserved: 0x40))
            #expect(try await client.frame().closeCode == 1002)
            #expect(await client.receiveAll().readableBytes == 0)
        }
    }

    @Test(
        "WS-02: a broken rule is answered with its code, the connection ends, the session with transport error",
        arguments: WebSocketDecoderTests.faults.indices)
    func faults(index: Int) async throws {
        let (name, bytes, code) = WebSocketDecoderTests.faults[index]
        try await T.with { server in
            let client = try await server.openWebSocket()
            try await client.send(bytes)
            #expect(try await client.frame().closeCode == Int(code), "\(name)")
            #expect(await client.receiveAll().readableBytes == 0)
            #expect(await server.record.closed() == [.transportError])
        }
    }

    @Test("AC-07: the first bytes after the upgrade request may be frames already, good or bad")
    func earlyFrames() async throws {
        try await T.with { server in
            for (frames, isGood) in [(Frames.text("4early"), true), (Frames.client(1, [65], reserved: 0x40), false)] {
                let client = try await server.connect()
                try await client.send(
                    Array("GET \(T.webSocket()) HTTP/1.1\r\nHost: test\r\n\(WireResponse.upgradeFields)\r\n".utf8) + frames)
                #expect(try await client.response().status == 101)
                #expect(try await client.frame().text.hasPrefix("0{"))
                let next = try await client.frame()
                #expect(isGood ? next.text == "4early" : next.closeCode == 1002)
            }
        }
    }

    @Test("EIO-05: a client that is told to may send binary as base64 over a WebSocket, too")
    func base64() async throws {
        try await T.with { server in
            let client = try await server.openWebSocket()
            try await client.send(Frames.text("bAQID") + Frames.text("4x"))
            #expect(try await client.frame().description == "2:\u{1}\u{2}\u{3}")
            #expect(try await client.frame().text == "4x")
        }
    }

    @Test("WS-02: a close frame is answered with its code and ends the session", arguments: [1000, 1001, 3000, 4999] as [UInt16])
    func close(code: UInt16) async throws {
        try await T.with { server in
            let client = try await server.openWebSocket()
            try await client.send(Frames.text("4last") + Frames.close(code))
            #expect(try await client.frame().text == "4last")
            #expect(try await client.frame().closeCode == Int(code))
            #expect(await client.receiveAll().readableBytes == 0)
            #expect(await server.record.closed() == [.transportClose])
        }
    }

    @Test("ERR-05: the server's close has its code and reason, and the peer's answer ends TCP")
    func serverCloses() async throws {
        try await T.with { server in
            let client = try await server.openWebSocket()
            try await client.send(Frames.text("4last") + Frames.text("4close") + Frames.text("4after"))
            #expect(try await client.frame().text == "4last")
            let close = try await client.frame()
            #expect(close.closeCode == 4500 && close.payload.dropFirst(2).elementsEqual("bye".utf8))
            try await client.send(Frames.close(4500))
            #expect(await client.receiveAll().readableBytes == 0)
            #expect(await server.record.closed() == [.forcedServerClose])
        }
    }

    @Test("WS-02: a peer that does not answer a close is cut at the deadline")
    func closeDeadline() async throws {
        try await T.with({ $0.timeouts.close = .milliseconds(50) }) { server in
            let client = try await server.openWebSocket()
            try await client.send(Frames.text("4close"))
            #expect(try await client.frame().closeCode == 4500)
            #expect(await client.receiveAll().readableBytes == 0)
        }
    }

    @Test(
        "EIO-09: what a client may not send closes the session as a parse error",
        arguments: ["", "abc", "0", "2", "2probe", "5", "3x", "1x", "bAQI", "bAQ==x"])
    func parseErrors(text: String) async throws {
        try await T.with { server in
            let client = try await server.openWebSocket()
            try await client.send(Frames.text(text))
            #expect(try await client.frame().closeCode == 4500)
            #expect(await server.record.closed() == [.parseError])
        }
    }

    @Test("EIO-09: 1 closes, 6 and a stray 3 are harmless")
    func harmless() async throws {
        try await T.with { server in
            let client = try await server.openWebSocket()
            try await client.send(Frames.text("6") + Frames.text("3") + Frames.text("4x") + Frames.text("1"))
            #expect(try await client.frame().text == "4x")
            #expect(try await client.frame().closeCode == 1000)
            #expect(await server.record.closed() == [.transportClose])
        }
    }

    @Test("API-06: a connection that is simply gone is a transport close")
    func gone() async throws {
        try await T.with { server in
            let client = try await server.openWebSocket()
            client.close()
            #expect(await server.record.closed() == [.transportClose])
            #expect(server.record.now.opened == 1)
        }
    }

    @Test("EIO-16, REG-02: attachments follow their header with nothing between")
    func attachments() async throws {
        try await T.with { server in
            let client = try await server.openWebSocket()
            try await client.send(Frames.text("4attachments") + Frames.text("4shared") + Frames.text("4x"))
            var seen: [ServerFrame] = []
            while seen.count < 6 { seen.append(try await client.frame()) }
            #expect(seen.map(\.opcode) == [1, 2, 2, 1, 2, 1])
            #expect(seen.map(\.payload) == [Array("4head".utf8), [1], [2, 3], Array("4shared".utf8), [7], Array("4x".utf8)])
        }
    }

    @Test("AC-25: twenty thousand small frames in one segment are all answered, in order")
    func burst() async throws {
        try await T.with { server in
            let client = try await server.openWebSocket()
            try await client.send((0..<20_000).flatMap { Frames.text("4\($0)") })
            for index in 0..<20_000 { #expect(try await client.frame().text == "4\(index)") }
        }
    }

    @Test("SEC-21: frames cut anywhere, a byte at a time, mean the same")
    func dribble() async throws {
        try await T.with { server in
            let client = try await server.openWebSocket()
            for byte in Frames.text("4\(String(repeating: "é", count: 100))") + Frames.binary([1]) { try await client.send([byte]) }
            #expect(try await client.frame().text == "4\(String(repeating: "é", count: 100))")
            #expect(try await client.frame().opcode == 2)
        }
    }

    @Test("AC-06: the largest message passes, one byte more is 1009")
    func largest() async throws {
        try await T.with { server in
            let client = try await server.openWebSocket()
            try await client.send(Frames.text("4" + String(repeating: "x", count: 65_535)))
            #expect(try await client.frame().payload.count == 65_536)
            try await client.send(Frames.text("4" + String(repeating: "x", count: 65_536)))
            #expect(try await client.frame().closeCode == 1009)
        }
    }

    @Test("EIO-06: an echo of a text with the separator is refused whatever the transport")
    func separator() async throws {
        try await T.with { server in
            let client = try await server.openWebSocket()
            try await client.send(Frames.text("4a\u{1E}4b") + Frames.text("4c"))
            #expect(try await client.frame().text == "4c")
        }
    }

    @Test("SEC-24, API-08: a client that does not read is cut at the bound with 4001, and holds up nobody for a second")
    func slowConsumer() async throws {
        try await T.with({ configuration in
            configuration.outboundQueue = 100_000
            // The client reads all that the kernels hold for it before it finds the close frame.
            configuration.timeouts.close = .seconds(20)
        }) { server in
            let slow = try await RawClient(port: server.port, autoRead: false) {
                try $0.syncOptions?.setOption(.socketOption(.so_rcvbuf), value: 4_096)
            }
            try await slow.send(Array("GET \(T.webSocket()) HTTP/1.1\r\nHost: test\r\n\(WireResponse.upgradeFields)\r\n".utf8))
            let message = Frames.text("4" + String(repeating: "x", count: 60_000))
            let flood = Task { while !Task.isCancelled { try await slow.send(message) } }
            let quick = try await server.openWebSocket()
            for index in 0..<100 {
                let start = NIODeadline.now()
                try await quick.send(Frames.text("4\(index)"))
                #expect(try await quick.frame().text == "4\(index)")
                #expect(NIODeadline.now() - start < .seconds(1), "echo \(index)")
            }
            #expect(await server.record.closed() == [.slowConsumer])
            flood.cancel()
            try await slow.channel.setOption(.autoRead, value: true).get()
            #expect(try await slow.response().status == 101)
            var last = try await slow.frame()
            while last.opcode != 8 { last = try await slow.frame() }
            #expect(last.closeCode == 4001 && last.payload.dropFirst(2).elementsEqual("slow_consumer".utf8), "\(last)")
            slow.close()
        }
    }

    @Test("SEC-A: reading stops while paused, and what was read waits")
    func pause() async throws {
        try await T.with { server in
            let client = try await server.openWebSocket()
            try await client.send(Frames.text("4a") + Frames.text("4pause") + Frames.text("4b"))
            #expect(try await client.frame().text == "4a")
            _ = try await server.server.onEachLoop { loop in loop.openSessions.forEach { $0.resumeReading() } }
            #expect(try await client.frame().text == "4b")
            try await client.send(Frames.text("4c"))
            #expect(try await client.frame().text == "4c")
        }
    }
}
