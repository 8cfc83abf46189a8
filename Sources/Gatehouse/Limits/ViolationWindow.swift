import GatehousePolicy

/// Counts broken rules in a sliding window of time: the previous window counts in proportion to its remaining part.
struct ViolationWindow: Sendable {
    private var start: Int64 = 0
    private var current = 0
    private var previous = 0
    /// When it no longer counts, in nanoseconds.
    private(set) var forgottenAt: Int64 = .min

    /// Counts one, at `now`, in windows of `length` nanoseconds.
    /// - Returns: how many there were within about one window's length.
    mutating func count(now: Int64, length: Int64) -> Int {
        let length = max(1, length)
        let elapsed = now.subtractingClamped(start)
        if elapsed.subtractingClamped(length) >= length || start == 0 {
            (start, current, previous) = (now, 0, 0)
        } else if elapsed >= length {
            start = start.addingClamped(length)
            (previous, current) = (current, 0)
        }
        current += 1
        forgottenAt = start.addingClamped(length).addingClamped(length)
        let remaining = min(length, max(0, length.subtractingClamped(now.subtractingClamped(start))))
        return current + Int(Double(previous) * Double(remaining) / Double(length))
    }
}
