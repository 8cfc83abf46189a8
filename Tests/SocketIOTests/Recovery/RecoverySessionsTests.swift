import EngineIO
import NIOCore
import Testing

@testable import SocketIO

@Suite("Sessions whose clients may come back")
struct RecoverySessionsTests {
    typealias Fixture = RecoveryFixture

    @Test("REC-03: a session is taken once, and by its owner only")
    func single() {
        var sessions = RecoverySessions()
        let pid = Bits128.random()
        sessions.keep(Fixture.session(pid), Fixture.settings)
        #expect(sessions.take(pid, by: Array("mallory".utf8)) == nil)
        #expect(sessions.take(.random(), by: Array("alice".utf8)) == nil)
        #expect(sessions.take(pid, by: Array("alice".utf8)) != nil)
        #expect(sessions.take(pid, by: Array("alice".utf8)) == nil)
        #expect(sessions.count == 0 && sessions.byteCount == 0)
    }

    @Test("A session that is kept again begins its time anew")
    func again() {
        var sessions = RecoverySessions()
        let pid = Bits128.random()
        sessions.keep(Fixture.session(pid, at: 0), Fixture.settings)
        _ = sessions.take(pid, by: Array("alice".utf8))
        sessions.keep(Fixture.session(pid, at: 100), Fixture.settings)
        sessions.expire(at: Fixture.time(130), Fixture.settings)
        #expect(sessions.count == 1)
        sessions.expire(at: Fixture.time(221), Fixture.settings)
        #expect(sessions.count == 0)
    }

    @Test("One user's sessions push out no others'; rooms count in bytes")
    func bounds() {
        var sessions = RecoverySessions()
        let bob = Bits128.random()
        sessions.keep(Fixture.session(bob, owner: "bob"), Fixture.settings)
        for _ in 0..<100 { sessions.keep(Fixture.session(), Fixture.settings) }
        #expect(sessions.count == RecoverySettings.sessionsPerOwner + 1)
        #expect(sessions.take(bob, by: Array("bob".utf8)) != nil)
        let small = RecoverySettings(window: .seconds(120), bytes: 2_000, messages: 1)
        let rooms = (0..<20).map { ("room:\($0)", UInt64(0)) }
        for number in 0..<5 { sessions.keep(Fixture.session(owner: "u\(number)", rooms: rooms), small) }
        #expect(sessions.byteCount <= 2_000 && sessions.count == 1)
    }

    @Test("A user who is banned has no session to come back to")
    func owner() {
        var sessions = RecoverySessions()
        for owner in ["alice", "bob", "alice"] { sessions.keep(Fixture.session(owner: owner), Fixture.settings) }
        sessions.removeAll(of: Array("alice".utf8))
        #expect(sessions.count == 1)
    }

    @Test("REC-05: where a replay begins, by what the client says it has got")
    func start() {
        func start(_ session: RecoverySession, _ position: UInt64?, epoch: UInt64 = 1) -> UInt64? {
            session.got(position.map { Fixture.place($0, epoch) })?.filter { $0.epoch == 1 }.map(\.position).max()
        }
        let session = Fixture.session(since: 10, lastSent: 20, end: 30)
        #expect(start(session, 15) == 15)
        #expect(start(session, 20) == 30, "what came after its last event was not for it")
        #expect(start(session, 21) == nil, "it was never sent that")
        #expect(start(session, .max) == nil)
        #expect(start(session, nil) == 10, "it got nothing of this session")
        #expect(start(session, 5) == 10, "an offset of an earlier session")
        #expect(start(session, 15, epoch: 2) == 10)
        #expect(start(Fixture.session(since: 10, end: 30), nil) == 30, "it was sent nothing")
    }

    /// Node 1, then 2, then 1 again, where the client was cut off before it had its answer; then node 3.
    @Test("What a client had got when it came is known, also by the node where it was before, until its offset says more")
    func whatItHadGot() throws {
        let offset = Fixture.place(5, 2, read: 40)
        let begin = RecoverySpace.Begin(place: Fixture.place(90, 1, read: 60), restored: nil)
        let restored = RecoverySpace.Restored(
            session: Fixture.session(since: 10), offset: offset, got: [Fixture.place(50), offset, Fixture.place(7, 3)], missed: [])
        let recovery = SocketRecovery(begin, owner: [], continuing: restored)
        #expect(recovery.got == restored.got)
        func session(lastSent: RecoveryOffset?) -> RecoverySession {
            RecoverySession(
                pid: recovery.pid, owner: [], socket: SocketID(), rooms: [], since: Fixture.place(10, 1, read: 20), lastSent: lastSent,
                seen: Fixture.place(95, 1, read: 60), earlier: recovery.got, time: Fixture.time(1))
        }
        func got(_ session: RecoverySession, _ offset: RecoveryOffset?) -> [UInt64: UInt64] {
            Dictionary((session.got(offset) ?? []).map { ($0.epoch, $0.position) }) { max($0, $1) }
        }
        let cut = session(lastSent: Fixture.place(93, 1, read: 60))
        #expect(got(cut, offset) == [1: 50, 2: 5, 3: 7])
        #expect(got(cut, Fixture.place(6, 2, read: 40)) == [1: 50, 2: 6, 3: 7])
        #expect(got(cut, Fixture.place(4, 2, read: 40)) == [1: 50, 2: 4, 3: 7], "of its own buffer the offset says what it has")
        #expect(got(cut, Fixture.place(92, 1, read: 60)) == [1: 92, 2: 5, 3: 7])
        #expect(got(cut, Fixture.place(93, 1, read: 60)) == [1: 95, 2: 5, 3: 7])
        #expect(got(cut, nil) == [1: 10], "it says nothing: it is owed everything")
        #expect(got(session(lastSent: nil), nil) == [1: 95, 2: 5, 3: 7], "it was sent nothing")
    }

    @Test("REC-07: an offset is 22 characters, and is written into a message without moving anything")
    func offset() throws {
        let offset = RecoveryOffset(epoch: 0xFEDC_BA98_7654_3210, position: 258)
        #expect(offset.description.utf8.count == RecoveryOffset.length && RecoveryOffset(offset.description) == offset)
        for text in ["", "1", offset.description + "A", "=" + offset.description.dropFirst()] { #expect(RecoveryOffset(text) == nil) }
        let event = Fixture.event(size: 3)
        let text = String(buffer: event.carrying(offset).message.payload)
        #expect(text == "2/chat,[\"said\",\"xxx\",\"\(offset)\"]")
        let packet = try #require(ClusterPacket(event.carrying(offset)))
        #expect(String(buffer: packet.data) == "[\"said\",\"xxx\"]", "other nodes get the event without it")
        let again = packet.message(prefix: Array("/chat,".utf8), ackID: nil, offsetLength: RecoveryOffset.length)
        #expect(again.payload.readableBytes == event.message.payload.readableBytes)
    }
}
