import Testing

@testable import Gatehouse

@Suite("Counts of the last seconds")
struct RateWindowTests {
    private static let second: Int64 = 1_000_000_000

    @Test("whole seconds that are over count, for as long as the window is", arguments: [0, 59, 60, 61, 1_000_000] as [Int64])
    func window(_ start: Int64) {
        var window = RateWindow()
        let begin = start * Self.second
        // One in the first second, two in the next, and so on.
        for number in 0..<5 { for part in 0...number { window.count(at: begin + Int64(number) * Self.second + Int64(part)) } }
        func sum(_ count: Int, after seconds: Int64) -> UInt64 { window.sum(last: count, at: begin + seconds * Self.second) }
        #expect(sum(10, after: 4) == 10, "the second that runs is not over")
        #expect(sum(10, after: 5) == 15 && sum(2, after: 5) == 9 && sum(1, after: 5) == 5)
        #expect(sum(10, after: 11) == 14 && sum(10, after: 14) == 5 && sum(10, after: 15) == 0)
        #expect(sum(60, after: 60) == 15 && sum(60, after: 61) == 14 && sum(60, after: 64) == 5 && sum(60, after: 65) == 0)
        #expect(sum(60, after: 200) == 0 && sum(1_000, after: 5) == 15)
    }

    @Test("what was counted long ago does not come back in its old place", arguments: [60, 61, 119, 120, 180, 10_000] as [Int64])
    func gap(_ seconds: Int64) {
        var window = RateWindow()
        window.count(at: 5 * Self.second)
        window.count(at: (5 + seconds) * Self.second)
        #expect(window.sum(last: 60, at: (6 + seconds) * Self.second) == 1)
    }
}
