import NIOCore
import Testing

@testable import SocketIO

@Suite("The last events of a namespace")
struct RecoveryLogTests {
    typealias Fixture = RecoveryFixture

    private func positions(_ log: RecoveryLog, after position: UInt64) -> [UInt64]? { log.entries(after: position)?.map(\.position) }

    @Test("REC-05: what is kept has no gap, and what is gone is known to be gone")
    func bounds() {
        var log = RecoveryLog()
        let settings = RecoverySettings(window: .seconds(120), bytes: 100_000, messages: 3)
        for _ in 1...5 { _ = log.append(Fixture.event(), at: Fixture.time(1), settings) }
        #expect(positions(log, after: 2) == [3, 4, 5])
        #expect(positions(log, after: 4) == [5])
        #expect(positions(log, after: 5) == [])
        #expect(positions(log, after: 1) == nil, "2 is gone")
        #expect(positions(log, after: 6) == nil, "nobody has seen it")
        #expect(positions(log, after: .max) == nil)
    }

    @Test("REC-05: bytes and age bound it, too; an event that is larger than all leaves nothing behind")
    func bytesAndAge() {
        var log = RecoveryLog()
        let settings = RecoverySettings(window: .seconds(120), bytes: 4_000, messages: 100)
        for second in 1...3 { _ = log.append(Fixture.event(size: 700), at: Fixture.time(UInt64(second)), settings) }
        #expect(log.byteCount <= 4_000 && log.entries.count == 3)
        _ = log.append(Fixture.event(size: 700), at: Fixture.time(4), settings)
        #expect(positions(log, after: 1) == [2, 3, 4])
        log.expire(at: Fixture.time(123), settings)
        #expect(positions(log, after: 2) == [3, 4] && positions(log, after: 1) == nil)
        _ = log.append(Fixture.event(size: 5_000), at: Fixture.time(124), settings)
        #expect(log.entries.isEmpty && log.byteCount == 0 && positions(log, after: 5) == [] && positions(log, after: 4) == nil)
    }

    @Test("A volatile event has the place of the one before it, and is not kept")
    func volatile() {
        var log = RecoveryLog()
        _ = log.append(Fixture.event(), at: Fixture.time(1), Fixture.settings)
        let entry = log.append(Fixture.event(volatile: true), at: Fixture.time(1), Fixture.settings)
        #expect(entry.position == 1 && !entry.isKept && log.entries.count == 1 && log.head == 1)
    }

    @Test("HIS-03: a withdrawn event is nobody's, and leaves no gap")
    func withdrawn() {
        var log = RecoveryLog()
        for _ in 1...3 { _ = log.append(Fixture.event(), at: Fixture.time(1), Fixture.settings) }
        log.withdraw([2])
        let session = Fixture.session()
        #expect(log.entries(after: 0)?.filter { $0.means(session) }.map(\.position) == [1, 3])
    }

    @Test("The target of an event decides for whom it is kept")
    func target() {
        let socket = SocketID()
        let session = Fixture.session(socket: socket, rooms: [("red", 0), ("late", 9)])
        let cases: [(Broadcast, Bool)] = [
            (Fixture.event(), true), (Fixture.event(to: ["red"]), true), (Fixture.event(to: ["blue"]), false),
            (Fixture.event(to: ["blue", "red"]), true), (Fixture.event(except: ["red"]), false),
            (Fixture.event(to: [socket.description]), true), (Fixture.event(only: [socket]), true),
            (Fixture.event(only: [SocketID()]), false),
            // Sent before the client was in the room.
            (Fixture.event(to: ["late"]), false),
        ]
        for (broadcast, isMeant) in cases {
            #expect(RecoveryEntry(broadcast, at: 5, Fixture.time(1)).means(session) == isMeant, "\(broadcast.target)")
        }
    }
}
