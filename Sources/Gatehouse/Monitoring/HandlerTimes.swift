import NIOConcurrencyHelpers
import NIOCore

/// How long handlers took, by what they were called for. Safe to use from any thread.
///
/// There are as many keys as events with a handler, each with the codes that its handlers fail with: what clients send makes none.
final class HandlerTimes: Sendable {
    struct Key: Hashable, Sendable {
        let namespace: String
        let event: String
        /// `ok`, or the code of the error.
        let outcome: String
    }

    /// Durations in classes, as metrics systems keep them. Pure.
    struct Histogram: Sendable {
        /// Upper bounds of the classes, in microseconds; longer ones have a class of their own.
        static let bounds: [Int64] = [100, 500, 1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000]

        /// Counts by class; one more than ``bounds``.
        private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
        /// All durations together.
        private(set) var nanoseconds: UInt64 = 0

        mutating func note(_ duration: TimeAmount) {
            let duration = max(duration, .zero)
            counts[Self.bounds.firstIndex { duration <= .microseconds($0) } ?? Self.bounds.count] &+= 1
            nanoseconds &+= UInt64(clamping: duration.nanoseconds)
        }
    }

    /// Codes of an application's own are its business, and so is how many there are: beyond this they are one.
    private static let mostKeys = 4_096
    private let histograms = NIOLockedValueBox<[Key: Histogram]>([:])

    init() {}

    func note(_ key: Key, _ duration: TimeAmount) {
        histograms.withLockedValue { histograms in
            let isKnown = histograms[key] != nil || histograms.count < Self.mostKeys
            let key = isKnown ? key : Key(namespace: key.namespace, event: key.event, outcome: "other")
            histograms[key, default: Histogram()].note(duration)
        }
    }

    /// What was measured so far; nothing if no handler is.
    var metrics: [Metric] {
        let all = histograms.withLockedValue { $0 }.sorted {
            ($0.key.namespace, $0.key.event, $0.key.outcome) < ($1.key.namespace, $1.key.event, $1.key.outcome)
        }
        guard !all.isEmpty else { return [] }
        let samples = all.flatMap { key, histogram in
            Metric.samples(
                bounds: Histogram.bounds.map { Double($0) / 1_000_000 }, counts: histogram.counts, nanoseconds: histogram.nanoseconds,
                labels: [
                    Metric.Label(name: "namespace", value: key.namespace), Metric.Label(name: "event", value: key.event),
                    Metric.Label(name: "outcome", value: key.outcome),
                ])
        }
        return [Metric("gatehouse_handler_seconds", .histogram, "How long handlers took, where that is measured.", samples)]
    }
}
