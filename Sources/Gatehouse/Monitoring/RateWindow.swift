/// How many times something happened in each of the last seconds. Pure: the caller brings the time. Counting costs a comparison and an
/// addition.
struct RateWindow: Sendable {
    /// How many seconds are kept.
    static let seconds = 60
    private static let second: Int64 = 1_000_000_000

    /// Counts of whole seconds that are over, by the number of the second modulo their count.
    private var past = [UInt32](repeating: 0, count: seconds)
    private var current: UInt32 = 0
    /// The second that `current` belongs to.
    private var number: Int64 = 0
    /// Where it ends, in nanoseconds.
    private var end: Int64 = 0

    init() {}

    /// - Parameter now: nanoseconds of a clock that never goes back.
    @inline(__always)
    mutating func count(at now: Int64) {
        if now >= end { turn(to: now) }
        current &+= 1
    }

    private mutating func turn(to now: Int64) {
        let next = now / Self.second
        // The seconds in between, but for those that are too old anyway.
        let gap = max(next - number, 0)
        for passed in 0..<min(gap, Int64(Self.seconds)) {
            past[Self.slot(number + passed)] = passed == 0 && gap <= Self.seconds ? current : 0
        }
        number = next
        end = (next + 1) &* Self.second
        current = 0
    }

    private static func slot(_ number: Int64) -> Int {
        Int(truncatingIfNeeded: (number % Int64(seconds) + Int64(seconds)) % Int64(seconds))
    }

    /// How many times it happened in the last whole seconds.
    /// - Parameter count: how many seconds, up to ``seconds``.
    func sum(last count: Int, at now: Int64) -> UInt64 {
        var window = self
        if now >= end { window.turn(to: now) }
        return (1...max(1, min(count, Self.seconds))).reduce(0) { $0 + UInt64(window.past[Self.slot(window.number - Int64($1))]) }
    }
}
