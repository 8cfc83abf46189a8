import GatehouseTestSupport
import NIOCore
import Testing

@testable import SocketIO

@Suite("Which kept events are for whom")
struct RecoveryIndexTests {
    typealias Fixture = RecoveryFixture

    @Test("A session finds by the index what a look through the whole log finds, in order, while events come and go", arguments: 1...20)
    func agrees(_ seed: UInt64) {
        var generator = SeededRandom(seed: seed)
        let names = ["red", "green", "blue", "black"]
        let sockets = (0..<3).map { _ in SocketID() }
        let settings = RecoverySettings(window: .seconds(120), bytes: 100_000, messages: 20)
        var log = RecoveryLog()
        for step in 0..<200 {
            let rooms = names.filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
            let event = Fixture.event(
                to: rooms + (step.isMultiple(of: 7) ? rooms + [sockets[0].description] : []),
                except: step.isMultiple(of: 5) ? [names[0]] : [], only: step.isMultiple(of: 3) ? [sockets[step % 2]] : [],
                volatile: step.isMultiple(of: 11))
            _ = log.append(event, in: 1, at: Fixture.time(1), settings)
            if step.isMultiple(of: 13) { log.withdraw([log.head]) }
            if step == 150 { log.removeAll() }
            for socket in sockets {
                let mine = names.filter { _ in Bool.random(using: &generator) }
                let session = Fixture.session(socket: socket, rooms: mine.map { ($0, UInt64.random(in: 0...log.head, using: &generator)) })
                let expected = log.entries.filter { $0.means(session, in: 1) }.map(\.position)
                #expect(log.entries(for: session, in: 1).map(\.position) == expected)
                let last = UInt64.random(in: 0...log.head, using: &generator)
                #expect(log.entries(for: session, in: 1, after: last).map(\.position) == expected.filter { $0 > last })
            }
        }
    }

    @Test("Nothing is left of events that are gone")
    func empty() {
        var index = RecoveryIndex()
        let socket = SocketID()
        let targets = [
            BroadcastTarget(rooms: ["red", "blue", "red"]), BroadcastTarget(), BroadcastTarget(sockets: [socket]),
            BroadcastTarget(rooms: ["red"], sockets: [socket, socket]),
        ]
        for (position, target) in zip(UInt64(1)..., targets) { index.append(target, at: position) }
        let session = Fixture.session(socket: socket, rooms: [("red", 0), ("blue", 0)])
        #expect(index.positions(for: session, after: 0) == [1, 2, 3, 4])
        #expect(index.positions(for: session, after: 3) == [4] && index.positions(for: session, after: 4) == [])
        #expect(!index.isEmpty)
        for (position, target) in zip(UInt64(1)..., targets) { index.removeFirst(target, at: position) }
        #expect(index.isEmpty)
    }
}
