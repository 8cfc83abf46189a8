import GatehouseTestSupport
import NIOCore
import Testing

@testable import Gatehouse

@Suite("The timers of a server and when each is due")
struct TimerTableTests {
    private func at(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(1_000_000_000) + .milliseconds(milliseconds) }

    @Test("MDL-34: what is due comes in the order of its times, and of its making where these are the same")
    func order() {
        var table = TimerTable<String>()
        for (name, due) in [("c", 30), ("a", 10), ("late", 99), ("b", 10)] as [(String, Int64)] {
            _ = table.add(name, at: at(due), every: nil)
        }
        #expect(table.nextDue == at(10))
        #expect(table.takeDue(now: at(9)).isEmpty)
        #expect(table.takeDue(now: at(30)).map(\.body) == ["a", "b", "c"])
        #expect(table.nextDue == at(99) && table.waiting == 1)
    }

    struct End: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// When the run that was due at 200 ms ends.
        let ended: Int64
        let next: Int64
        let missed: Int64
    }

    @Test(
        "MDL-34: a run that takes longer than the interval leaves times out, and the next is where it would have been",
        arguments: [
            End(testDescription: "at once", ended: 200, next: 400, missed: 0),
            End(testDescription: "just in time", ended: 399, next: 400, missed: 0),
            End(testDescription: "as the next is due", ended: 400, next: 600, missed: 1),
            End(testDescription: "three late", ended: 815, next: 1_000, missed: 3),
            End(testDescription: "a clock that went back", ended: 100, next: 400, missed: 0),
        ])
    func grid(_ one: End) {
        var table = TimerTable<String>()
        let number = table.add("tick", at: at(200), every: .milliseconds(200))
        #expect(table.takeDue(now: at(200)).count == 1)
        #expect(table.nextDue == nil && table.takeDue(now: at(10_000)).isEmpty, "runs never overlap")
        let (missed, gone) = table.ended(number, now: at(one.ended))
        #expect(missed == one.missed && gone == nil)
        #expect(table.nextDue == at(one.next))
    }

    @Test("MDL-34: a timer is gone when it is cancelled, waiting or running, or when its one run has ended")
    func gone() {
        var table = TimerTable<String>()
        let (waiting, running, once) = (
            table.add("waiting", at: at(500), every: .milliseconds(1)), table.add("running", at: at(1), every: .milliseconds(1)),
            table.add("once", at: at(1), every: nil)
        )
        #expect(table.takeDue(now: at(1)).map(\.body) == ["running", "once"])
        #expect(table.remove(waiting) == "waiting" && table.remove(waiting) == nil)
        #expect(table.remove(running) == "running")
        #expect(table.ended(running, now: at(2)).gone == nil)
        #expect(table.ended(once, now: at(2)).gone == "once")
        #expect(table.nextDue == nil && table.waiting == 0 && table.takeDue(now: at(10_000)).isEmpty)
    }

    @Test("Times that no clock reaches are no trouble")
    func extremes() {
        var table = TimerTable<String>()
        let number = table.add("never", at: .distantFuture, every: .nanoseconds(.max))
        let often = table.add("often", at: at(0), every: .nanoseconds(0))
        #expect(table.takeDue(now: at(0)).count == 1)
        #expect(table.ended(often, now: .distantFuture).missed > 0)
        #expect(table.takeDue(now: .distantFuture).count == 2)
        _ = table.ended(number, now: .distantFuture)
        #expect(table.waiting == 1)
    }

    @Test("Timers that are made and cancelled long before their time take no room")
    func compact() {
        var table = TimerTable<String>()
        for _ in 0..<10_000 { _ = table.remove(table.add("x", at: at(1_000_000), every: nil)) }
        #expect(table.queued <= 65)
    }

    @Test("A queue gives back what it was given in order, whatever the order was", arguments: 0..<20)
    func heap(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var queue = DueQueue((0..<5).map { DueQueue.Item(due: at(Int64($0) * 7), number: $0) })
        var expected = (0..<5).map { DueQueue.Item(due: at(Int64($0) * 7), number: UInt64($0)) }
        for number in 5..<UInt64(200) {
            if random.chance(30), let least = expected.min() {
                #expect(queue.removeFirst() == least)
                expected.removeAll { $0 == least }
            }
            let item = DueQueue.Item(due: at(Int64.random(in: 0..<50, using: &random)), number: number)
            queue.insert(item)
            expected.append(item)
        }
        var left: [DueQueue.Item] = []
        while let item = queue.removeFirst() { left.append(item) }
        #expect(left == expected.sorted())
    }
}
