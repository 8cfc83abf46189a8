/// A token bucket in 16 bytes that keeps one number: the instant at which it will be full again (the "generic cell rate" form).
///
/// A value type without a lock: its owner charges it. Time comes from the caller as nanoseconds of a clock that never goes back; if it does
/// go back, nothing is gained.
package struct TokenBucket: Sendable, Equatable {
    /// When the bucket is full, in the caller's nanoseconds. In the past for a full one.
    package private(set) var fullAt: Int64

    /// A full bucket.
    package init() { fullAt = .min }

    /// A bucket that will be full at an instant: how a limiter restores or inherits a debt.
    package init(fullAt: Int64) { self.fullAt = fullAt }

    /// The longest debt, at full width: beyond it numbers would wrap.
    private static let ceiling: Int64 = 1 << 61

    /// Takes `cost` units.
    /// - Returns: whether they were there. If not, nothing is taken, so that hammering does not lengthen the wait.
    package mutating func take(_ cost: Int64 = 1, limit: RateLimit, now: Int64) -> Bool {
        guard let due = due(after: cost, limit: limit, now: now) else { return false }
        fullAt = due
        return true
    }

    /// Whether `cost` units are there, without taking them.
    package func has(_ cost: Int64 = 1, limit: RateLimit, now: Int64) -> Bool {
        due(after: cost, limit: limit, now: now) != nil
    }

    /// Takes `cost` units whether they are there or not, down to an empty bucket: for what has already happened, such as a malformed frame.
    package mutating func charge(_ cost: Int64 = 1, limit: RateLimit, now: Int64) {
        if let due = due(after: cost, limit: limit, now: now) {
            fullAt = due
        } else {
            fullAt = max(fullAt, now.addingClamped(limit.burstSpan))
        }
    }

    /// Nanoseconds until `cost` units will be there; 0 if they are.
    package func wait(for cost: Int64 = 1, limit: RateLimit, now: Int64) -> Int64 {
        let room = limit.burstSpan
        let due = max(fullAt, now).addingClamped(TokenBucket.span(cost, limit))
        return max(0, due.subtractingClamped(now.addingClamped(room)))
    }

    /// Whether nothing is owed any more.
    package func isFull(now: Int64) -> Bool { fullAt <= now }

    @inline(__always)
    private func due(after cost: Int64, limit: RateLimit, now: Int64) -> Int64? {
        let due = max(fullAt, now).addingClamped(TokenBucket.span(cost, limit))
        return due <= now.addingClamped(limit.burstSpan) ? due : nil
    }

    /// The time that `units` take to flow in.
    @inline(__always)
    private static func span(_ units: Int64, _ limit: RateLimit) -> Int64 {
        units == 1 ? limit.unitSpan : span(units, count: limit.count, period: limit.period)
    }

    /// The time that `units` take to flow in, where `count` of them do so in each period.
    static func span(_ units: Int64, count: Int64, period: Int64) -> Int64 {
        let (product, overflow) = max(0, units).multipliedReportingOverflow(by: period)
        guard !overflow else {
            // As magnitudes: a quotient may have 64 bits.
            let wide = max(0, units).magnitude.multipliedFullWidth(by: period.magnitude)
            guard wide.high < count.magnitude else { return ceiling }
            return min(ceiling, Int64(clamping: count.magnitude.dividingFullWidth(wide).quotient))
        }
        return min(ceiling, product / count)
    }
}

extension Int64 {
    @usableFromInline
    package func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    @usableFromInline
    package func subtractingClamped(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }
}
