/// So many units a period, with room for a burst: `10/s burst 40`, or in bytes `64KiB/s burst 256KiB`.
package struct RateLimit: Sendable, Hashable, CustomStringConvertible {
    /// Units added in a period.
    package let count: Int64
    /// The period in nanoseconds: a second, a minute or an hour.
    package let period: Int64
    /// The most units that may be spent at once; at least 1.
    package let burst: Int64
    /// Whether the units are bytes.
    package let isBytes: Bool
    /// The nanoseconds in which one unit flows in, and those in which a whole burst does: computed once, since every message asks for both.
    let unitSpan: Int64
    let burstSpan: Int64

    package init(count: Int64, period: Int64 = 1_000_000_000, burst: Int64, isBytes: Bool = false) {
        self.count = max(1, count)
        self.period = max(1, period)
        self.burst = max(1, burst)
        self.isBytes = isBytes
        unitSpan = TokenBucket.span(1, count: self.count, period: self.period)
        burstSpan = TokenBucket.span(self.burst, count: self.count, period: self.period)
    }

    /// Units a second, for comparing.
    package var perSecond: Double { Double(count) * 1e9 / Double(period) }

    package var description: String {
        let unit =
            switch period {
            case 60_000_000_000: "m"
            case 3_600_000_000_000: "h"
            default: "s"
            }
        return isBytes ? "\(ByteCount.text(count))/\(unit) burst \(ByteCount.text(burst))" : "\(count)/\(unit) burst \(burst)"
    }
}

extension RateLimit {
    /// Parses `COUNT/s`, `/m` or `/h`, and ` burst COUNT` after it; without a burst it is the count.
    /// - Parameter bytes: whether the counts carry a byte unit.
    package init?(parsing text: some StringProtocol, bytes: Bool = false) {
        func amount(_ part: some StringProtocol) -> Int64? {
            let value = bytes ? ByteCount.parse(part) : WholeNumber.parse(part)
            guard let value, value >= 1, value <= 1 << 40 else { return nil }
            return value
        }
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 1 || (words.count == 3 && words[1] == "burst"), let rate = words.first else { return nil }
        let parts = rate.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = amount(parts[0]) else { return nil }
        let period: Int64
        switch parts[1] {
        case "s": period = 1_000_000_000
        case "m": period = 60_000_000_000
        case "h": period = 3_600_000_000_000
        default: return nil
        }
        var burst = count
        if words.count == 3 {
            guard let given = amount(words[2]) else { return nil }
            burst = given
        }
        self.init(count: count, period: period, burst: burst, isBytes: bytes)
    }
}
