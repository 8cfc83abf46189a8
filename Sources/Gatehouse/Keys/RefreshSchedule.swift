package import NIOCore

/// When the keys that one issuer publishes are fetched (SEC-34). Pure: the time is passed in.
///
/// One fetch at a time, and no two begin within a minute of each other, whatever tokens are shown: a token of an unknown key brings the next
/// one forward, and never past that minute.
package struct RefreshSchedule: Sendable {
    /// From one fetch to the next while all is well.
    package static let regular: TimeAmount = .minutes(5)
    /// The least time from the begin of one fetch to the begin of the next; also the wait after one that failed.
    package static let least: TimeAmount = .minutes(1)

    private var began: NIODeadline?
    private var next: NIODeadline
    private var isFetching = false

    /// The first fetch is due at once.
    package init(now: NIODeadline) { next = now }

    /// Whether to begin a fetch now; if so, it has begun.
    package mutating func begin(now: NIODeadline) -> Bool {
        guard !isFetching, now >= next else { return false }
        isFetching = true
        began = now
        next = now + Self.least
        return true
    }

    /// A fetch has ended.
    package mutating func end(succeeded: Bool, now: NIODeadline) {
        isFetching = false
        if succeeded { next = max(next, now + Self.regular) }
    }

    /// A token named a key that is not there, or an operator asks for fresh keys.
    package mutating func hasten(now: NIODeadline) {
        next = min(next, max(now, began.map { $0 + Self.least } ?? now))
    }
}
