import EngineIO
import NIOCore
import Testing

@Suite("Heartbeat over real sockets", .timeLimit(.minutes(1)))
struct HeartbeatWireTests {
    typealias T = TestServer

    private func with(
        connections: ConnectionLimits = ConnectionLimits(), _ body: (TestServer, ManualClock) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        try await T.with({
            $0.connections = connections
            $0.clock = clock.engineClock
            $0.pingInterval = .seconds(25)
            $0.pingTimeout = .seconds(20)
            $0.timeouts.idle = .seconds(1_000)
        }) { try await body($0, clock) }
    }

    @Test("EIO-10: ping, pong, and a ping timeout when the pong does not come")
    func webSocket() async throws {
        try await with { server, clock in
            let client = try await server.openWebSocket()
            clock.advance(.seconds(26))
            try await server.tick()
            #expect(try await client.frame().text == "2")
            try await client.send(Frames.text("3") + Frames.text("4a"))
            #expect(try await client.frame().text == "4a")
            clock.advance(.seconds(26))
            try await server.tick()
            #expect(try await client.frame().text == "2")
            clock.advance(.seconds(21))
            try await server.tick()
            #expect(try await client.frame().closeCode == 4002)
            #expect(await server.record.closed() == [.pingTimeout])
        }
    }

    @Test(
        "REL-21, EIO-10: no ping expires while the server itself does not read; a pong has its time again afterwards",
        arguments: [false, true])
    func paused(answers: Bool) async throws {
        try await with { server, clock in
            let client = try await server.openWebSocket()
            try await client.send(Frames.text("4x") + Frames.text("4pause"))
            #expect(try await client.frame().text == "4x")
            clock.advance(.seconds(26))
            try await server.tick()
            #expect(try await client.frame().text == "2")
            if answers { try await client.send(Frames.text("3") + Frames.text("4a")) }
            for _ in 0..<10 {
                clock.advance(.seconds(10))
                try await server.tick()
            }
            #expect(server.record.now.closed.isEmpty)
            _ = try await server.server.onEachLoop { loop in loop.openSessions.forEach { $0.resumeReading() } }
            if answers { #expect(try await client.frame().text == "4a") }
            clock.advance(.seconds(19))
            try await server.tick()
            #expect(server.record.now.closed.isEmpty)
            clock.advance(.seconds(2))
            try await server.tick()
            if answers {
                try await client.send(Frames.text("4b"))
                #expect(try await client.frame().text == "4b")
            } else {
                #expect(await server.record.closed() == [.pingTimeout])
            }
        }
    }

    @Test("EIO-11: a poll after pingInterval + pingTimeout gets 400 even if no timer ran")
    func latePoll() async throws {
        try await with { server, clock in
            let client = try await server.connect()
            let sid = try await server.open(client)
            clock.advance(.seconds(45))
            let response = try await client.get(T.polling(sid))
            #expect(response.status == 400 && response.body.contains("\"code\":1"))
            #expect(await server.record.closed() == [.pingTimeout])
        }
    }

    @Test("EIO-11: so do a POST and an upgrade that come late")
    func lateRequests() async throws {
        try await with { server, clock in
            for upgrades in [false, true] {
                let client = try await server.connect()
                let sid = try await server.open(client)
                clock.advance(.seconds(45))
                let response = upgrades ? try await client.upgrade(T.webSocket(sid)) : try await client.post(T.polling(sid), "4x")
                #expect(response.status == 400 && response.body.contains("\"code\":1"))
            }
            #expect(await server.record.closed(2) == [.pingTimeout, .pingTimeout])
        }
    }

    @Test("EIO-11: and a WebSocket message after the time for the pong ends the session, though no timer ran")
    func lateMessage() async throws {
        try await with { server, clock in
            for frame in [Frames.text("4x"), Frames.binary([1]), Frames.text("3")] {
                let client = try await server.openWebSocket()
                clock.advance(.seconds(26))
                try await server.tick()
                #expect(try await client.frame().text == "2")
                clock.advance(.seconds(20))
                try await client.send(frame)
                #expect(try await client.frame().closeCode == 4002)
                client.close()
            }
        }
    }

    @Test("EIO-10: a polling client gets its ping with the next GET")
    func polling() async throws {
        try await with { server, clock in
            let client = try await server.connect()
            let sid = try await server.open(client)
            clock.advance(.seconds(26))
            try await server.tick()
            #expect(try await client.get(T.polling(sid)).body == "2")
            #expect(try await client.post(T.polling(sid), "3").body == "ok")
            clock.advance(.seconds(24))
            try await server.tick()
            #expect(server.record.now.closed.isEmpty)
        }
    }

    @Test("REL-22: when many sessions time out together, the event loop has turns in between, and all of them end")
    func together() async throws {
        try await with(connections: .none) { server, clock in
            let client = try await server.connect()
            for _ in 0..<1_000 { _ = try await server.open(client) }
            clock.advance(.seconds(26))
            // As often as makes sure that each has had its ping.
            for _ in 0..<5 { try await server.tick() }
            clock.advance(.seconds(21))
            let left = try await server.server.onEachLoop { loop in
                loop.tick()
                return loop.openSessions.count
            }
            #expect(left[0] > 0)
            var open = left[0]
            while open > 0 { open = try await server.server.onEachLoop { $0.openSessions.count }[0] }
            #expect(await server.record.closed(1_000) == [EngineCloseReason](repeating: .pingTimeout, count: 1_000))
        }
    }

    @Test("AC-17: ten thousand stray pongs leave one deadline entry")
    func strayPongs() async throws {
        try await with { server, _ in
            let client = try await server.openWebSocket()
            try await client.send((0..<10_000).flatMap { _ in Frames.text("3") } + Frames.text("4done"))
            #expect(try await client.frame().text == "4done")
            #expect(try await server.server.onEachLoop { $0.deadlineCount } == [1])
        }
    }

    @Test("SEC-22: a request head has its whole time after the TLS handshake, however long that took")
    func headAfterHandshake() async throws {
        let (clock, tls) = (ManualClock(), try TLSPair())
        try await T.with(tls: tls.server, { $0.clock = clock.engineClock }) { server in
            let client = try await server.connect()
            var count = 0
            while count < 1 { count = try await server.server.onEachLoop { $0.connectionCount }.reduce(0, +) }
            clock.advance(.seconds(4))
            try await server.tick()
            try await tls.secure(client)
            try await client.send("GET /no")
            var isInside = false
            while !isInside { isInside = try await server.server.onEachLoop { $0.halfReadRequests }.contains(1) }
            clock.advance(.seconds(4))
            try await server.tick()
            try await client.send("where HTTP/1.1\r\nHost: test\r\n\r\n")
            #expect(try await client.response().status == 404)
            client.close()
        }
    }

    @Test("SEC-22: a head or a body that does not come is answered 408, an idle connection just ends")
    func timeouts() async throws {
        try await with { server, clock in
            let (head, body, idle) = (try await server.connect(), try await server.connect(), try await server.connect())
            let sid = try await server.open(body)
            try await head.send("GET /socket.io/ HT")
            try await body.send("POST \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await body.response().status == 100)
            var count = 0
            while count < 3 { count = try await server.server.onEachLoop { $0.connectionCount }.reduce(0, +) }
            var isInside = false
            while !isInside { isInside = try await server.server.onEachLoop { $0.halfReadRequests }.contains(2) }
            clock.advance(.seconds(11))
            try await server.tick()
            #expect(try await head.response().status == 408)
            #expect(try await body.response().status == 408)
            #expect(await idle.receiveAll().readableBytes == 0)
            #expect(await server.record.closed() == [.transportError])
        }
    }
}
