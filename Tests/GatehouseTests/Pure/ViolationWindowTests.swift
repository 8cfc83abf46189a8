import Testing

@testable import Gatehouse

@Suite("Counting broken rules")
struct ViolationWindowTests {
    private static let second: Int64 = 1_000_000_000

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Seconds at which a rule is broken, in a window of ten seconds.
        var times: [Int64]
        /// What is counted at the last of them.
        var count: Int
    }

    static let cases: [Case] = [
        Case(testDescription: "the first", times: [1], count: 1),
        Case(testDescription: "all within a window", times: [1, 2, 3, 10], count: 4),
        Case(testDescription: "the window before counts for the part within reach", times: [1, 1, 1, 1, 16], count: 3),
        Case(testDescription: "at the start of the next window all of it counts", times: [1, 1, 1, 1, 11], count: 5),
        Case(testDescription: "just before the next but one hardly any does", times: [1, 1, 1, 1, 20], count: 1),
        Case(testDescription: "after two windows nothing does", times: [1, 1, 1, 1, 21], count: 1),
        Case(testDescription: "after a long time nothing does", times: [1, 1, 1, 1, 100_000], count: 1),
    ]

    @Test("POL-12: what happened within about one window's length is counted", arguments: cases)
    func counts(_ one: Case) {
        var window = ViolationWindow()
        var last = 0
        for time in one.times { last = window.count(now: time * Self.second, length: 10 * Self.second) }
        #expect(last == one.count)
    }

    @Test("POL-12: when it says that it is forgotten, and not before, nothing of it counts")
    func forgotten() {
        var window = ViolationWindow()
        for time: Int64 in [1, 5, 12] { _ = window.count(now: time * Self.second, length: 10 * Self.second) }
        #expect(window.forgottenAt == 31 * Self.second)
        var (before, at) = (window, window)
        #expect(before.count(now: 21 * Self.second, length: 10 * Self.second) == 2)
        #expect(at.count(now: window.forgottenAt, length: 10 * Self.second) == 1)
    }

    @Test("a window of no length counts one at a time and divides by nothing")
    func noLength() {
        var window = ViolationWindow()
        for time in 1...5 { #expect(window.count(now: Int64(time) * Self.second, length: 0) == 1) }
    }
}
