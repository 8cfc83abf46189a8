import GatehouseAudit
import GatehouseJSON
import NIOConcurrencyHelpers
import SocketIO
import Testing

@testable import Gatehouse

@Suite("The queue of a subscriber of the feed")
struct FeedQueueTests {
    private func item(_ number: Int, _ topic: FeedTopic = .room, text: String = "") -> FeedItem {
        FeedItem(topic, "k\(number)", at: Int64(number), namespace: "/", room: text.isEmpty ? nil : text)
    }

    private func note(_ number: Int, text: String = "") -> FeedNote { FeedNote(item(number, text: text)) }

    private func numbers(_ entries: [FeedEntry]) -> [Int64] { entries.map(\.item.time) }

    @Test("MOD-30: when it is full the oldest make way, and the next that goes out tells how many")
    func count() {
        var queue = FeedQueue(limit: 4, bytes: 1 << 20)
        for number in 0..<7 { queue.append(note(number)) }
        #expect(queue.count == 4 && queue.dropped == 3)
        let first = queue.take(2, bytes: 1 << 20)
        #expect(numbers(first) == [3, 4] && first.map(\.dropped) == [3, 0])
        for number in 7..<9 { queue.append(note(number)) }
        let second = queue.take(9, bytes: 1 << 20)
        #expect(numbers(second) == [5, 6, 7, 8] && second.allSatisfy { $0.dropped == 0 })
        #expect(queue.byteCount == 0 && queue.take(1, bytes: 1).isEmpty)
    }

    @Test("MOD-30: its bytes are bounded too, and a batch has about the bytes that it may have")
    func bytes() {
        var queue = FeedQueue(limit: 1_000, bytes: 4_096)
        for number in 0..<100 { queue.append(note(number, text: String(repeating: "x", count: 200))) }
        #expect(queue.byteCount <= 4_096 && queue.count < 20 && queue.dropped == UInt64(100 - queue.count))
        let before = queue.count
        #expect(queue.take(100, bytes: 1).count == 1 && queue.count == before - 1)
    }

    @Test("MOD-24: what waits of a topic that is lost never goes out")
    func lost() {
        let woken = NIOLockedValueBox(0)
        let subscriber = FeedSubscriber([FeedTopics(.room), FeedTopics(.decision)], FeedFilter()) { woken.withLockedValue { $0 += 1 } }
        subscriber.offer([item(1), item(2, .decision), item(3, .alert)].map { FeedNote($0) })
        subscriber.offer([note(4)])
        #expect(woken.withLockedValue { $0 } == 1)
        subscriber.give(up: FeedTopics(.room))
        #expect(numbers(subscriber.take(9, bytes: 1 << 20)) == [2])
        #expect(subscriber.take(9, bytes: 1 << 20).isEmpty)
        subscriber.offer([item(5), item(6, .decision)].map { FeedNote($0) })
        #expect(woken.withLockedValue { $0 } == 2)
    }

    static let filters: [(FeedFilter, [Int64])] = [
        (FeedFilter(), [0, 1, 2, 3]), (FeedFilter(namespace: "/a"), [0, 1, 3]), (FeedFilter(namespace: "/a", room: "r"), [1, 3]),
        (FeedFilter(user: UserID(iss: "i", subject: "s")), [2, 3]), (FeedFilter(namespace: "/b", room: "r"), [3]),
    ]

    @Test("what is not asked for is not queued; an alert is for everybody", arguments: filters)
    func filter(_ filter: FeedFilter, _ expected: [Int64]) {
        let items = [
            FeedItem(.session, "joined", at: 0, namespace: "/a"), FeedItem(.room, "joined", at: 1, namespace: "/a", room: "r"),
            FeedItem(.session, "closed", at: 2, user: UserID(iss: "i", subject: "s")), FeedItem(.alert, "limit.node", at: 3),
        ]
        #expect(items.filter { filter.matches($0) }.map(\.time) == expected)
    }

    @Test("MOD-31: texts of peers are cut between two scalars, however long their characters are")
    func cut() {
        var item = FeedItem(.room, "joined", at: 0, room: "a" + String(repeating: "\u{301}", count: 10_000))
        item.add("event", String(repeating: "é", count: 1_000))
        #expect(item.room?.utf8.count == 255 && item.byteCount < 1_024)
        #expect("äöü".cut(toBytes: 5) == "äö" && "abc".cut(toBytes: 3) == "abc" && "abc".cut(toBytes: 0).isEmpty)
    }

    @Test("nobody follows: nothing is made")
    func unwatched() {
        let feed = Feed()
        let made = NIOLockedValueBox(0)
        func make() -> FeedItem {
            made.withLockedValue { $0 += 1 }
            return item(1)
        }
        feed.publish(.room, make())
        #expect(made.withLockedValue { $0 } == 0)
        let subscriber = FeedSubscriber([FeedTopics(.room)], FeedFilter()) {}
        #expect(feed.add(subscriber))
        feed.publish(.room, make())
        feed.publish(.alert, make())
        #expect(made.withLockedValue { $0 } == 1 && subscriber.take(9, bytes: 9_999).count == 1)
        feed.update(subscriber, isGone: true)
        feed.publish(.room, make())
        #expect(made.withLockedValue { $0 } == 1 && feed.count == 0)
    }
}
