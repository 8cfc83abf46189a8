import NIOCore

/// How late an event loop came to what was due: whoever holds the loop up is seen in the lateness of its timer (REL-22).
///
/// A histogram as metrics systems keep it, since the start of the loop. The timer goes off some times a second, and only while there is a
/// connection to time.
package struct LoopLag: Sendable, Equatable {
    /// Upper ends of the classes, in milliseconds; what is later than the last is in a class of its own.
    package static let bounds: [Int64] = [1, 5, 10, 25, 50, 100, 250, 1_000]

    /// How many were as late as each class says; one more than ``bounds``.
    package private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
    /// All lateness together, in nanoseconds.
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
