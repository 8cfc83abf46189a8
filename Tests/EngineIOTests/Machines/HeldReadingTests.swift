import NIOConcurrencyHelpers
import NIOCore
import NIOEmbedded
import Testing

@testable import EngineIO

@Suite("A loop that holds reading")
struct HeldReadingTests {
    /// A connection whose reading state takes 100 µs to apply.
    private final class SlowConnection: LoopConnection {
        unowned let loop: EngineLoop
        private(set) var applied: [Bool] = []

        init(_ loop: EngineLoop) { self.loop = loop }

        func applyReading() {
            let end = NIODeadline.now() + .microseconds(100)
            while .now() < end {}
            applied.append(!loop.isReadingHeld)
        }

        func shutDown() {}
        func abort() {}
        let heldBytes = 0
        let isBeingAnswered = false
    }

    @Test("REL-22: it stops and resumes the reading of many connections in slices; one that reads meanwhile stops at once")
    func slices() {
        let mayRead = NIOLockedValueBox(false)
        var configuration = EngineConfiguration()
        configuration.clock = ManualClock().engineClock
        configuration.mayRead = { mayRead.withLockedValue { $0 } }
        let eventLoop = EmbeddedEventLoop()
        let loop = EngineLoop(alone: eventLoop, configuration: configuration) { _ in EchoApplication(Record()) }
        let connections = (0..<200).map { _ in SlowConnection(loop) }
        for connection in connections { loop.add(connection) }
        defer { for connection in connections { loop.remove(connection) } }

        loop.readCompleted(connections[0])
        #expect(loop.isReadingHeld && connections.count { !$0.applied.isEmpty } < 100)
        if let late = connections.first(where: { $0.applied.isEmpty }) {
            loop.readCompleted(late)
            #expect(late.applied == [false])
        }
        while connections.contains(where: { $0.applied.isEmpty }) { eventLoop.advanceTime(by: .milliseconds(1)) }
        #expect(connections.allSatisfy { $0.applied.last == false })

        mayRead.withLockedValue { $0 = true }
        loop.tick()
        #expect(!loop.isReadingHeld && connections.count { $0.applied.last == true } < 100)
        // Held again in the middle: nobody is left with the state of the earlier round.
        mayRead.withLockedValue { $0 = false }
        loop.readCompleted(connections[0])
        for _ in 0..<200 { eventLoop.advanceTime(by: .milliseconds(1)) }
        #expect(connections.allSatisfy { $0.applied.last == false })
    }

    @Test(
        "Input that could not be read has not come too late: its deadline begins again when reading does",
        arguments: ["GET / HT", "POST"])
    func deadlines(_ part: String) throws {
        let mayRead = NIOLockedValueBox(true)
        let world = EmbeddedWorld { $0.mayRead = { mayRead.withLockedValue { $0 } } }
        let head = world.loop.configuration.timeouts.head
        let slow = try world.connect()
        if part == "POST" {
            let other = try world.connect()
            try world.send(other, "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
            let sid = try #require(try world.answer(other).firstMatch(of: /"sid":"([^"]+)"/)).output.1
            try world.send(
                slow,
                "POST /socket.io/?EIO=4&transport=polling&sid=\(sid) HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n4a".utf8)
        } else {
            try world.send(slow, part.utf8)
        }
        mayRead.withLockedValue { $0 = false }
        try world.send(try world.connect(), "G".utf8)
        #expect(world.loop.isReadingHeld)

        func pass(_ time: TimeAmount) {
            world.clock.advance(time)
            world.loop.tick()
            world.eventLoop.run()
        }
        let longer = max(head, world.loop.configuration.timeouts.body) + .seconds(1)
        pass(longer)
        #expect(slow.isActive)
        mayRead.withLockedValue { $0 = true }
        pass(longer)
        #expect(!world.loop.isReadingHeld && slow.isActive)
        #expect(try world.answer(slow).isEmpty)
        pass(longer)
        #expect(try world.answer(slow).hasPrefix("HTTP/1.1 408 "))
    }
}
