import NIOCore

/// How late an event loop ran due work. Code that holds up the loop shows in the lateness of its timer (REL-22).
///
/// A histogram as metrics systems keep it, since the start of the loop. The timer fires some times a second, and only while there is a
/// connection.
package struct LoopLag: Sendable, Equatable {
    /// Upper bounds of the classes, in milliseconds; later values have a class of their own.
    package static let bounds: [Int64] = [1, 5, 10, 25, 50, 100, 250, 1_000]

    /// Counts by class; one more than ``bounds``.
    package private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
    /// The sum of all lateness, in nanoseconds.
    package private(set) var nanoseconds: UInt64 = 0

    package init() {}

    mutating func note(_ late: TimeAmount) {
        let late = max(late, .zero)
        let index = Self.bounds.firstIndex { late <= .milliseconds($0) } ?? Self.bounds.count
        counts[index] &+= 1
        nanoseconds &+= UInt64(clamping: late.nanoseconds)
    }

    /// Adds what another loop saw.
    package mutating func add(_ other: LoopLag) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
        nanoseconds &+= other.nanoseconds
    }
}
