import EngineIO
import GatehouseTestSupport
import NIOCore
import Testing

@Suite("Upgrade over real sockets", .timeLimit(.minutes(1)))
struct UpgradeWireTests {
    typealias T = TestServer

    private func park(_ server: T, _ client: RawClient, _ sid: String) async throws {
        try await client.send("GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n")
        var isParked = false
        while !isParked { isParked = try await server.server.onEachLoop { $0.parkedPolls }.contains(1) }
    }

    @Test("EIO-12, EIO-13, REG-01, REG-04: probe, release, upgrade, and the session lives on")
    func upgrade() async throws {
        try await T.with { server in
            let (poll, socket) = (try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            try await park(server, poll, sid)
            #expect(try await socket.upgrade(T.webSocket(sid)).status == 101)
            try await socket.send(Frames.text("2probe"))
            #expect(try await socket.frame().text == "3probe")
            #expect(try await poll.response().body == "6")
            // REG-06: later polls while probing are released too.
            for _ in 0..<3 { #expect(try await poll.get(T.polling(sid)).body == "6") }
            try await socket.send(Frames.text("5") + Frames.text("4x"))
            #expect(try await socket.frame().text == "4x")
            #expect(try await poll.get(T.polling(sid)).status == 400)
            #expect(try await poll.post(T.polling(sid), "4y").status == 400)
            try await expectSurplus(server, sid)
            try await socket.send(Frames.text("4z"))
            #expect(try await socket.frame().text == "4z")
            #expect(server.record.now.opened == 1)
            #expect(server.record.now.closed.isEmpty)
        }
    }

    enum Moment: CaseIterable { case beforeProbe, whileProbing, afterUpgrade }

    @Test(
        "SEC-A: a session that proves who it is may send more, whenever that is: its WebSocket has the limit that the session has",
        arguments: Moment.allCases)
    func raisedLimit(_ moment: Moment) async throws {
        try await T.with(raises: false) { server in
            let (poll, socket) = (try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            if moment == .beforeProbe { #expect(try await poll.post(T.polling(sid), "4raise").status == 200) }
            #expect(try await socket.upgrade(T.webSocket(sid)).status == 101)
            try await socket.send(Frames.text("2probe"))
            #expect(try await socket.frame().text == "3probe")
            if moment == .whileProbing { #expect(try await poll.post(T.polling(sid), "4raise").status == 200) }
            try await socket.send(Frames.text("5"))
            if moment == .afterUpgrade { try await socket.send(Frames.text("4raise")) }
            let large = "4" + String(repeating: "x", count: 40_000)
            try await socket.send(Frames.text(large))
            while true {
                let text = try await socket.frame().text
                if text != "4raise" {
                    #expect(text == large)
                    break
                }
            }
        }
    }

    @Test("SEC-A: until then its WebSocket takes no more than an unknown client's message")
    func unraisedLimit() async throws {
        try await T.with(raises: false) { server in
            let (poll, socket) = (try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            #expect(try await socket.upgrade(T.webSocket(sid)).status == 101)
            try await socket.send(Frames.text("2probe") + Frames.text("5") + Frames.text("4" + String(repeating: "x", count: 40_000)))
            #expect(try await socket.frame().text == "3probe")
            #expect(try await socket.frame().opcode == 8)
        }
    }

    /// One more WebSocket for the session is closed as soon as it is open, whatever it says.
    private func expectSurplus(_ server: T, _ sid: String) async throws {
        let surplus = try await server.connect()
        #expect(try await surplus.upgrade(T.webSocket(sid)).status == 101)
        try await surplus.send(Frames.text("2probe") + Frames.text("4x"))
        let frame = try await surplus.frame()
        #expect(frame.opcode == 8 && frame.payload.starts(with: [0x03, 0xE8]))
        try await surplus.send(Frames.close(1000))
        _ = await surplus.receiveAll()
    }

    @Test("EIO-13: one WebSocket too many is accepted and closed at once; the session lives on", arguments: [1, 2])
    func surplus(loops: Int) async throws {
        try await T.with(loops: loops) { server in
            let direct = try await server.connect()
            #expect(try await direct.upgrade(T.webSocket()).status == 101)
            try await expectSurplus(server, T.sid(try await direct.frame().text))
            try await direct.send(Frames.text("4direct"))
            #expect(try await direct.frame().text == "4direct")

            let (poll, probe) = (try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            #expect(try await probe.upgrade(T.webSocket(sid)).status == 101)
            try await expectSurplus(server, sid)
            try await probe.send(Frames.text("2probe"))
            #expect(try await probe.frame().text == "3probe")
            try await expectSurplus(server, sid)
            try await probe.send(Frames.text("5") + Frames.text("4x"))
            #expect(try await probe.frame().text == "4x")
            #expect(server.record.now.closed.isEmpty)
        }
    }

    @Test("EIO-13: where upgrades are not allowed, no WebSocket is accepted for a session")
    func notAllowed() async throws {
        try await T.with({ $0.allowUpgrades = false }) { server in
            let sid = try await server.open(try await server.connect())
            #expect(try await server.connect().upgrade(T.webSocket(sid)).status == 400)
        }
    }

    @Test("EIO-15: what a POST of many packets brought comes before what the WebSocket brings while they are taken")
    func longPost() async throws {
        try await T.with({ $0.packetsPerTurn = 1 }) { server in
            let (poll, post, socket) = (try await server.connect(), try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            #expect(try await socket.upgrade(T.webSocket(sid)).status == 101)
            try await socket.send(Frames.text("2probe"))
            #expect(try await socket.frame().text == "3probe")
            let packets = (0..<2_000).map { "4\($0)" }
            let body = packets.joined(separator: "\u{1E}")
            try await post.send("POST \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            try await socket.send(Frames.text("5") + Frames.text("4last"))
            var seen: [String] = []
            while seen.last != "4last" { seen.append(try await socket.frame().text) }
            #expect(seen == packets + ["4last"])
            #expect(try await post.response().body == "ok")
        }
    }

    @Test("EIO-13: a POST that is lost once the session has another transport takes nothing with it", arguments: [true, false])
    func lostPost(isReset: Bool) async throws {
        try await T.with { server in
            let (poll, post, socket) = (try await server.connect(), try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            try await post.send("POST \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n4a")
            #expect(try await post.response().status == 100)
            #expect(try await socket.upgrade(T.webSocket(sid)).status == 101)
            try await socket.send(Frames.text("2probe") + Frames.text("5") + Frames.text("4x"))
            while try await socket.frame().text != "4x" {}
            if isReset { try await post.reset() } else { post.close() }
            try await eventually { server.server.counts.connections <= 2 }
            try await socket.send(Frames.text("4y"))
            #expect(try await socket.frame().text == "4y")
            #expect(server.record.now.closed.isEmpty)
        }
    }

    @Test("EIO-12, EIO-15: 2probe and 5 together, with packets queued and a GET waiting: nothing lost, doubled or reordered")
    func together() async throws {
        try await T.with { server in
            let (poll, post, socket) = (try await server.connect(), try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            #expect(try await post.post(T.polling(sid), "4a\u{1E}bAQ==\u{1E}4b").body == "ok")
            #expect(try await socket.upgrade(T.webSocket(sid)).status == 101)
            try await socket.send(Frames.text("2probe") + Frames.text("5") + Frames.text("4c"))
            var seen: [String] = []
            while seen.count < 5 { seen.append(try await socket.frame().description) }
            #expect(seen == ["1:3probe", "1:4a", "2:\u{1}", "1:4b", "1:4c"])
        }
    }

    @Test("EIO-15: what a POST brought before the upgrade comes before what the WebSocket brought, though reading was paused")
    func pausedPost() async throws {
        try await T.with { server in
            let (poll, post, socket) = (try await server.connect(), try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            let body = "4x\u{1E}4pause\u{1E}4a"
            try await post.send("POST \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            #expect(try await poll.get(T.polling(sid)).body == "4x")
            #expect(try await socket.upgrade(T.webSocket(sid)).status == 101)
            try await socket.send(Frames.text("2probe") + Frames.text("5") + Frames.text("4b"))
            #expect(try await socket.frame().text == "3probe")
            var isUpgraded = false
            while !isUpgraded {
                isUpgraded = try await server.server.onEachLoop { $0.openSessions.contains { $0.transport == .websocket } }.contains(true)
            }
            _ = try await server.server.onEachLoop { loop in loop.openSessions.forEach { $0.resumeReading() } }
            #expect(try await socket.frame().text == "4a")
            #expect(try await socket.frame().text == "4b")
            #expect(try await post.response().body == "ok")
        }
    }

    @Test(
        "EIO-14, REG-07: a probe that breaks off closes only the WebSocket, and another may follow",
        arguments: [
            [Frames.text("4x")], [Frames.text("2probe"), Frames.text("4x")], [Frames.binary([1])], [Frames.text("5")], [Frames.close(1000)],
            [],
        ])
    func abandoned(frames: [[UInt8]]) async throws {
        try await T.with { server in
            let (poll, socket) = (try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            #expect(try await socket.upgrade(T.webSocket(sid)).status == 101)
            for frame in frames { try await socket.send(frame) }
            if frames.isEmpty { socket.close() } else { while try await socket.frame().opcode != 8 {} }
            socket.close()
            var isFree = false
            while !isFree { isFree = try await server.server.onEachLoop { $0.probes }.allSatisfy { $0 == 0 } }
            #expect(try await poll.post(T.polling(sid), "4still here").body == "ok")
            #expect(try await poll.get(T.polling(sid)).body == "4still here")
            let second = try await server.connect()
            #expect(try await second.upgrade(T.webSocket(sid)).status == 101)
            try await second.send(Frames.text("2probe") + Frames.text("5") + Frames.text("4y"))
            #expect(try await second.frame().text == "3probe")
            #expect(try await second.frame().text == "4y")
        }
    }

    @Test("EIO-14: a probe that takes too long is closed; a ping due meanwhile does not end the session")
    func timeout() async throws {
        let clock = ManualClock()
        try await T.with({
            $0.clock = clock.engineClock
            $0.pingInterval = .seconds(5)
            $0.pingTimeout = .seconds(2)
            $0.upgradeTimeout = .seconds(10)
        }) { server in
            let (poll, socket) = (try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            #expect(try await socket.upgrade(T.webSocket(sid)).status == 101)
            for _ in 0..<9 {
                clock.advance(.seconds(1))
                try await server.tick()
            }
            #expect(server.record.now.closed.isEmpty)
            clock.advance(.seconds(1))
            try await server.tick()
            #expect(try await socket.frame().opcode == 8)
            #expect(try await server.connect().get(T.polling(sid)).body == "2")
            #expect(try await server.connect().post(T.polling(sid), "3").body == "ok")
            #expect(server.record.now.closed.isEmpty)
        }
    }

    @Test("EIO-14: a client that begins one upgrade after another and answers no ping is let go")
    func probesWithoutEnd() async throws {
        let clock = ManualClock()
        try await T.with({
            $0.clock = clock.engineClock
            $0.pingInterval = .seconds(5)
            $0.pingTimeout = .seconds(4)
            $0.timeouts.idle = .seconds(1_000)
        }) { server in
            let sid = try await server.open(try await server.connect())
            var probes = 0
            while server.record.now.closed.isEmpty, probes < 20 {
                let socket = try await server.connect()
                if try await socket.upgrade(T.webSocket(sid)).status != 101 { break }
                probes += 1
                clock.advance(.seconds(3))
                try await server.tick()
                try await socket.send(Frames.text("4x"))
                while try await socket.frame().opcode != 8 {}
                try await server.tick()
            }
            // 5 s to the ping, 4 s for the pong, one probe's time back, and the probe in which it is over.
            #expect(probes <= 6)
            #expect(await server.record.closed() == [.pingTimeout])
        }
    }

    @Test("EIO-02: a WebSocket whose upgrade was pipelined behind a GET that waited, with more than is read ahead, is read")
    func pipelined() async throws {
        try await T.with { server in
            let (client, other) = (try await server.connect(), try await server.connect())
            let sid = try await server.open(client)
            let request = Array("GET \(T.webSocket()) HTTP/1.1\r\nHost: test\r\n\(WireResponse.upgradeFields)\r\n".utf8)
            let frame = Frames.text("4" + String(repeating: "x", count: 15_000))
            try await client.send(Array("GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n".utf8) + request + frame + frame)
            while try await server.server.onEachLoop({ $0.heldBytes }).reduce(0, +) < 16_384 {}
            #expect(try await other.post(T.polling(sid), "4a").body == "ok")
            #expect(try await client.response().body == "4a")
            #expect(try await client.response().status == 101)
            _ = try await client.frame()
            for _ in 0..<2 { #expect(try await client.frame().payload.count == 15_001) }
            try await client.send(Frames.text("4b"))
            #expect(try await client.frame().text == "4b")
        }
    }

    @Test(
        "EIO-12, REG-06: every GET of an upgrade is released at once, the one that waited and those that come"
    )
    func released() async throws {
        let clock = ManualClock()
        try await T.with({ $0.clock = clock.engineClock }) { server in
            let (poll, socket) = (try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            try await park(server, poll, sid)
            #expect(try await socket.upgrade(T.webSocket(sid)).status == 101)
            try await socket.send(Frames.text("2probe"))
            #expect(try await socket.frame().text == "3probe")
            #expect(try await poll.response().body == "6")
            // On connections of their own, all under way at once.
            let later = [try await server.connect(), try await server.connect(), try await server.connect()]
            for client in later { try await client.send("GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n") }
            for client in later { #expect(try await client.response().body == "6") }
            try await socket.send(Frames.text("5") + Frames.text("4x"))
            #expect(try await socket.frame().text == "4x")
            #expect(server.record.now.closed.isEmpty)
        }
    }

    @Test("REG-07: a session whose upgrade was abandoned is freed when it ends")
    func freed() async throws {
        try await T.with { server in
            let (poll, socket) = (try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            let session = try await server.server.onEachLoop { WeakSession($0.openSessions.first) }[0]
            #expect(try await socket.upgrade(T.webSocket(sid)).status == 101)
            try await socket.send(Frames.text("2probe") + Frames.text("4x"))
            while try await socket.frame().opcode != 8 {}
            try await socket.send(Frames.close(1002))
            _ = await socket.receiveAll()
            #expect(try await server.server.onEachLoop { _ in session.isAlive } == [true])
            #expect(try await poll.post(T.polling(sid), "1").status == 200)
            var isAlive = true
            while isAlive { isAlive = try await server.server.onEachLoop { _ in session.isAlive }[0] }
        }
    }

    @Test("EIO-09: an upgrade for a session that the server has just closed is told that there is none")
    func closed() async throws {
        try await T.with { server in
            let poll = try await server.connect()
            let sid = try await server.open(poll)
            // It waits for its client to fetch the rest.
            #expect(try await poll.post(T.polling(sid), "4last\u{1E}4close").body == "ok")
            let refused = try await server.connect().upgrade(T.webSocket(sid))
            #expect(refused.status == 400 && refused.body.contains("\"code\":1"))
            #expect(try await poll.get(T.polling(sid)).body == "4last")
        }
    }

    @Test("EIO-13: a session that may not be upgraded refuses the WebSocket")
    func forbidden() async throws {
        try await T.with({ $0.allowUpgrades = false }) { server in
            let poll = try await server.connect()
            let sid = try await server.open(poll)
            #expect(try await server.connect().upgrade(T.webSocket(sid)).status == 400)
            #expect(try await poll.post(T.polling(sid), "4a").status == 200)
        }
    }
}

/// Looked at on the session's event loop alone.
private final class WeakSession: @unchecked Sendable {
    private weak var session: EngineSession?

    init(_ session: EngineSession?) { self.session = session }

    var isAlive: Bool { session != nil }
}
