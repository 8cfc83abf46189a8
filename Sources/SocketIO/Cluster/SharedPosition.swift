/// The place of a message in the log that the nodes of a cluster share: two numbers, as the id of an entry of a Redis stream.
package struct SharedPosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Milliseconds of the log's clock.
    package let time: UInt64
    /// Tells apart what came in the same millisecond.
    package let sequence: UInt64

    package init(time: UInt64, sequence: UInt64) {
        self.time = time
        self.sequence = sequence
    }

    /// Before everything.
    package static let start = SharedPosition(time: 0, sequence: 0)

    /// - Returns: `nil` for any other text than `time-sequence`.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let time = UInt64(parts[0]), let sequence = UInt64(parts[1]) else { return nil }
        self.init(time: time, sequence: sequence)
    }

    package var description: String { "\(time)-\(sequence)" }

    package static func < (left: SharedPosition, right: SharedPosition) -> Bool {
        (left.time, left.sequence) < (right.time, right.sequence)
    }
}
