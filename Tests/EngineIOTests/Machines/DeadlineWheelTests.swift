import EngineIO
import GatehouseTestSupport
import NIOCore
import Testing

@Suite("Deadline wheel")
struct DeadlineWheelTests {
    private func at(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .milliseconds(milliseconds) }

    @Test("EIO-10: an entry fires once, never early, within a tick")
    func fires() {
        var wheel = DeadlineWheel<String>(granularity: .milliseconds(10), bucketCount: 8, now: at(0))
        _ = wheel.insert("a", at: at(25))
        #expect(wheel.advance(to: at(24)).isEmpty)
        #expect(wheel.advance(to: at(29)).isEmpty)
        #expect(wheel.advance(to: at(30)) == ["a"])
        #expect(wheel.advance(to: at(10_000)).isEmpty && wheel.count == 0)
    }

    @Test("EIO-10: a handle that has fired or was removed names nothing, even when its place is used again")
    func staleHandles() {
        var wheel = DeadlineWheel<String>(granularity: .milliseconds(10), bucketCount: 8, now: at(0))
        let first = wheel.insert("a", at: at(10))
        wheel.remove(first)
        wheel.remove(first)
        _ = wheel.insert("b", at: at(20))
        wheel.move(first, to: at(5_000))
        wheel.remove(first)
        #expect(wheel.count == 1 && wheel.advance(to: at(20)) == ["b"])
    }

    @Test("all entries are taken out at once, and what comes after them keeps its place")
    func removeAll() {
        var wheel = DeadlineWheel<Int>(granularity: .milliseconds(10), bucketCount: 8, now: at(0))
        let handles = (0..<20).map { wheel.insert($0, at: at(Int64(10 * $0))) }
        wheel.remove(handles[7])
        wheel.removeAll()
        #expect(wheel.count == 0)
        _ = wheel.insert(100, at: at(50))
        for handle in handles { wheel.remove(handle) }
        #expect(wheel.count == 1 && wheel.advance(to: at(500)) == [100])
    }

    @Test("REL-22: no more than asked for come at once, and the rest with the next calls", arguments: [0, 50, 5_000])
    func limited(spread: Int64) {
        var wheel = DeadlineWheel<Int>(granularity: .milliseconds(10), bucketCount: 8, now: at(0))
        for id in 0..<100 { _ = wheel.insert(id, at: at(10 + Int64(id) * spread / 100)) }
        var fired: [Int] = []
        while wheel.isBehind(at(6_000)) {
            let some = wheel.advance(to: at(6_000), atMost: 7)
            #expect(some.count <= 7)
            fired += some
            // What comes meanwhile is not due yet, and not lost.
            if fired.count == 14 { _ = wheel.insert(100, at: at(6_050)) }
        }
        #expect(fired.sorted() == Array(0..<100))
        #expect(wheel.advance(to: at(6_050)) == [100])
    }

    @Test("EIO-10: agrees with a plain list under random use, long pauses included", arguments: 0..<30)
    func model(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var wheel = DeadlineWheel<Int>(granularity: .milliseconds(10), bucketCount: 16, now: at(0))
        var model: [Int: (handle: DeadlineWheel<Int>.Handle, due: Int64)] = [:]
        var now: Int64 = 0
        for id in 0..<600 {
            let due = now + Int64.random(in: -20...900, using: &random)
            switch Int.random(in: 0...3, using: &random) {
            case 0, 1:
                model[id] = (wheel.insert(id, at: at(due)), due)
            case 2:
                guard let (key, entry) = model.randomElement(using: &random) else { continue }
                if Bool.random(using: &random) {
                    wheel.move(entry.handle, to: at(due))
                    model[key]?.due = due
                } else {
                    wheel.remove(entry.handle)
                    model[key] = nil
                }
            default:
                now += Int64.random(in: 0...(Int.random(in: 0...9, using: &random) == 0 ? 3_000 : 60), using: &random)
                let fired = wheel.advance(to: at(now))
                for id in fired {
                    #expect((model[id]?.due ?? .max) <= now, "fired early or twice")
                    model[id] = nil
                }
                for (_, entry) in model { #expect(entry.due > now - 40, "not fired in time") }
            }
            #expect(wheel.count == model.count)
        }
    }
}
