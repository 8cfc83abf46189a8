import GatehouseNetwork
import SocketIO
import Testing

@testable import Gatehouse

@Suite("The last sends to rooms in slow mode")
struct SlowSendsTests {
    private func key(_ subject: String, room: String = "tea", in namespace: Namespace = "/") -> SlowSends.Key {
        SlowSends.Key(sender: .user(.test(subject)), place: RoomRestriction.Place(namespace: namespace, room: room))
    }

    /// Interval, and time since the last send; the wait.
    static let waits: [(Int64, Int64, Int64)] = [
        (10, 0, 10), (10, 9, 1), (10, 10, 0), (10, 11, 0), (0, 0, 0), (.max, 5, .max - 105), (.max, 0, .max - 100),
    ]

    @Test("A sender waits for the rest of the interval that is in force now", arguments: waits)
    func wait(_ interval: Int64, _ since: Int64, _ wait: Int64) {
        let sends = SlowSends()
        #expect(sends.take(key("alice"), interval: 1, now: 100) == 0)
        #expect(sends.wait(key("alice"), interval: interval, now: 100 + since) == wait)
        #expect(sends.take(key("alice"), interval: interval, now: 100 + since) == wait)
        // What was refused has changed nothing.
        if wait > 0 { #expect(sends.wait(key("alice"), interval: interval, now: 100 + since) == wait) }
    }

    @Test("Users, rooms, namespaces and addresses are told apart")
    func keys() {
        let sends = SlowSends()
        let address = SlowSends.Key(sender: .address(.unknown), place: key("alice").place)
        let keys = [key("alice"), key("bob"), key("alice", room: "coffee"), key("alice", in: "/side"), address]
        for key in keys { #expect(sends.take(key, interval: 10, now: 0) == 0) }
        for key in keys { #expect(sends.take(key, interval: 10, now: 5) == 5) }
    }

    @Test("A flood of senders takes the places of the oldest sends, and no more memory")
    func flood() {
        let sends = SlowSends(capacity: 1_024)
        for number in 0..<50_000 { #expect(sends.take(key("u\(number)"), interval: 1_000_000, now: Int64(number)) == 0) }
        let kept = (0..<50_000).filter { sends.wait(key("u\($0)"), interval: 1_000_000, now: 50_000) > 0 }
        #expect(kept == Array((50_000 - 1_024)..<50_000))
    }

    @Test("A room of many users holds each of them, whatever is sent to other rooms")
    func crowd() {
        let sends = SlowSends()
        for number in 0..<20_000 { #expect(sends.take(key("u\(number)"), interval: 3_600_000, now: 1) == 0) }
        for second in 1...40_000 { #expect(sends.take(key("often", room: "coffee"), interval: 1, now: Int64(1 + second)) == 0) }
        #expect((0..<20_000).allSatisfy { sends.take(key("u\($0)"), interval: 3_600_000, now: 41_000) > 0 })
    }
}
