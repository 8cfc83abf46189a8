import NIOCore
import Testing

@testable import SocketIO

@Suite("The last events of a namespace")
struct RecoveryLogTests {
    typealias Fixture = RecoveryFixture

    /// `nil` where one of them is not kept.
    private func positions(_ log: RecoveryLog, after position: UInt64) -> [UInt64]? {
        let place = Fixture.place(position)
        return log.isWhole(behind: [place], in: 1) ? log.entries.filter { !place.covers($0, in: 1) }.map(\.position) : nil
    }

    @Test("REC-05: what is kept has no gap, and what is gone is known to be gone")
    func bounds() {
        var log = RecoveryLog()
        let settings = RecoverySettings(window: .seconds(120), bytes: 100_000, messages: 3)
        for _ in 1...5 { _ = log.append(Fixture.event(), in: 1, at: Fixture.time(1), settings) }
        #expect(positions(log, after: 2) == [3, 4, 5])
        #expect(positions(log, after: 4) == [5])
        #expect(positions(log, after: 5) == [])
        #expect(positions(log, after: 1) == nil, "2 is gone")
    }

    @Test("REC-05: bytes and age bound it, too; an event that is larger than all leaves nothing behind")
    func bytesAndAge() {
        var log = RecoveryLog()
        let settings = RecoverySettings(window: .seconds(120), bytes: 4_000, messages: 100)
        for second in 1...3 { _ = log.append(Fixture.event(size: 700), in: 1, at: Fixture.time(UInt64(second)), settings) }
        #expect(log.byteCount <= 4_000 && log.entries.count == 3)
        _ = log.append(Fixture.event(size: 700), in: 1, at: Fixture.time(4), settings)
        #expect(positions(log, after: 1) == [2, 3, 4])
        log.expire(at: Fixture.time(123), settings)
        #expect(positions(log, after: 2) == [3, 4] && positions(log, after: 1) == nil)
        _ = log.append(Fixture.event(size: 5_000), in: 1, at: Fixture.time(124), settings)
        #expect(log.entries.isEmpty && log.byteCount == 0 && positions(log, after: 5) == [] && positions(log, after: 4) == nil)
    }

    @Test("A volatile event has the place of the one before it, and is not kept")
    func volatile() {
        var log = RecoveryLog()
        _ = log.append(Fixture.event(), in: 1, at: Fixture.time(1), Fixture.settings)
        let entry = log.append(Fixture.event(volatile: true), in: 1, at: Fixture.time(1), Fixture.settings)
        #expect(entry.position == 1 && !entry.isKept && log.entries.count == 1 && log.head == 1)
    }

    @Test("HIS-03: a withdrawn event is nobody's, and leaves no gap")
    func withdrawn() {
        var log = RecoveryLog()
        for _ in 1...3 { _ = log.append(Fixture.event(), in: 1, at: Fixture.time(1), Fixture.settings) }
        log.withdraw([2])
        let session = Fixture.session()
        #expect(log.entries.filter { $0.means(session, in: 1) }.map(\.position) == [1, 3])
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
            #expect(RecoveryEntry(broadcast, at: Fixture.place(5), Fixture.time(1)).means(session, in: 1) == isMeant, "\(broadcast.target)")
        }
    }

    /// What a client of another node is sent again here: the events of this node, and of others.
    @Test("REC-07: by an offset of another node, events are told apart by the place that all nodes know, and by their origin")
    func otherNode() {
        var log = RecoveryLog()
        // This node is 1. Of node 2 the client has got everything up to 7, and up to 30 what the nodes share.
        let offset = Fixture.place(7, 2, read: 30)
        func shared(_ time: UInt64) -> SharedPosition { SharedPosition(time: time, sequence: 0) }
        func append(_ time: UInt64?, _ origin: RecoveryOffset?) {
            _ = log.append(
                Fixture.event(), in: 1, at: Fixture.time(1), Fixture.settings, read: .start, shared: time.map(shared), origin: origin)
        }
        append(20, Fixture.place(1, 3))
        append(40, Fixture.place(2, 3))
        append(41, Fixture.place(7, 2))
        append(42, Fixture.place(8, 2))
        append(nil, nil)
        append(nil, nil)
        log.place(5, at: shared(29), now: Fixture.time(1))
        log.place(6, at: shared(43), now: Fixture.time(1))
        #expect(log.entries.filter { !offset.covers($0, in: 1) }.map(\.position) == [2, 4, 6])
    }

    @Test("An event that was lost on its way to the others stands where the next one stands, once that cannot have overtaken it")
    func lostOnItsWay() {
        var log = RecoveryLog()
        for _ in 0..<3 {
            _ = log.append(Fixture.event(), in: 1, at: Fixture.time(1), Fixture.settings, read: .start)
        }
        func missed(_ read: UInt64) -> [UInt64] {
            log.entries.filter { !Fixture.place(7, 2, read: read).covers($0, in: 1) }.map(\.position)
        }
        log.place(2, at: SharedPosition(time: 50, sequence: 0), now: Fixture.time(1))
        #expect(missed(50) == [1, 3])
        log.placeLost(at: Fixture.time(2))
        #expect(missed(50) == [3] && missed(49) == [1, 2, 3])
        // It was not lost after all.
        log.place(1, at: SharedPosition(time: 60, sequence: 0), now: Fixture.time(2))
        #expect(missed(50) == [1, 3] && missed(60) == [3])
    }

    @Test("REC-05: what this node never heard of, or has dropped, is missing for clients of other nodes")
    func missingForOthers() {
        let settings = RecoverySettings(window: .seconds(120), bytes: 100_000, messages: 2)
        var log = RecoveryLog()
        func isWhole(_ read: UInt64) -> Bool { log.isWhole(behind: [Fixture.place(1, 2, read: read)], in: 1) }
        func append(_ time: UInt64?) {
            _ = log.append(
                Fixture.event(), in: 1, at: Fixture.time(1), settings, read: .start,
                shared: time.map { SharedPosition(time: $0, sequence: 0) }, origin: time.map { Fixture.place($0, 3) })
        }
        log.lacks(SharedPosition(time: 10, sequence: 0))
        #expect(isWhole(10) && !isWhole(9))
        for time: UInt64 in [20, 30, 40] { append(time) }
        #expect(isWhole(20) && !isWhole(19))
        // Events of this node that are gone before anybody knows their place.
        for _ in 0..<3 { append(nil) }
        #expect(!isWhole(1_000))
        log.place(4, at: SharedPosition(time: 50, sequence: 0), now: Fixture.time(1))
        #expect(isWhole(50) && !isWhole(49))
    }

    @Test("REC-05: where events of others went unread, a place from before says nothing of them; one from after says all")
    func cut() {
        let settings = RecoverySettings(window: .seconds(120), bytes: 100_000, messages: 10)
        var log = RecoveryLog()
        func append() { _ = log.append(Fixture.event(), in: 1, at: Fixture.time(1), settings, read: .start) }
        func isWhole(_ position: UInt64, read: UInt64) -> Bool {
            log.isWhole(behind: [Fixture.place(position, 1, read: read)], in: 1)
        }
        for _ in 0..<3 { append() }
        #expect(isWhole(1, read: 5) && isWhole(3, read: 5))
        log.missed(SharedPosition(time: 90, sequence: 0))
        #expect(!isWhole(1, read: 5) && !isWhole(3, read: 5) && isWhole(3, read: 90))
        append()
        #expect(isWhole(4, read: 5))
    }

    @Test("REC-05: an event that was lost and is not kept is missing once a later one has its place; a place of none is none")
    func lostAndGone() {
        let settings = RecoverySettings(window: .seconds(120), bytes: 100_000, messages: 1)
        var log = RecoveryLog()
        for _ in 0..<2 { _ = log.append(Fixture.event(), in: 1, at: Fixture.time(1), settings, read: .start) }
        func isWhole(_ read: UInt64) -> Bool { log.isWhole(behind: [Fixture.place(1, 2, read: read)], in: 1) }
        log.place(9, at: SharedPosition(time: 99, sequence: 0), now: Fixture.time(1))
        #expect(!isWhole(1_000))
        log.place(2, at: SharedPosition(time: 50, sequence: 0), now: Fixture.time(1))
        #expect(isWhole(50) && !isWhole(49))
    }
}
