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
}
