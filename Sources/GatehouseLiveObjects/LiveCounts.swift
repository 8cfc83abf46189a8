/// How many objects of each kind a server has, all its event loops together.
package struct LiveCounts: Sendable, Equatable, CustomStringConvertible {
    private var counts: [LiveObjects.Kind: Int] = [:]

    package init(_ loops: [LiveObjects]) {
        for loop in loops {
            for kind in LiveObjects.Kind.allCases { counts[kind, default: 0] += loop[kind] }
        }
    }

    package subscript(kind: LiveObjects.Kind) -> Int { counts[kind] ?? 0 }

    /// The same but for one kind.
    package func without(_ kind: LiveObjects.Kind) -> LiveCounts {
        var copy = self
        copy.counts[kind] = nil
        return copy
    }

    /// Whether nothing is left, as it is once a server has stopped.
    package var isEmpty: Bool { counts.values.allSatisfy { $0 == 0 } }

    /// The counts as text: `1 sessions, 2 sockets`.
    package var description: String {
        isEmpty
            ? "nothing"
            : LiveObjects.Kind.allCases.filter { self[$0] != 0 }.map { "\(self[$0]) \($0.rawValue)" }.joined(separator: ", ")
    }

    /// The objects left of a stopped server. Some end a moment later than the server, on other threads, so this waits a moment.
    /// - Parameter now: what there is.
    package static func leftovers(within limit: Duration = .seconds(5), _ now: @Sendable () -> LiveCounts) async -> LiveCounts {
        let end = ContinuousClock.now + limit
        while true {
            let counts = now()
            guard !counts.isEmpty, ContinuousClock.now < end else { return counts }
            // In a task of its own, since the caller's may be cancelled.
            await Task.detached { try? await Task.sleep(for: .milliseconds(1)) }.value
        }
    }

    package static func + (one: LiveCounts, other: LiveCounts) -> LiveCounts {
        var sum = one
        sum.counts.merge(other.counts, uniquingKeysWith: +)
        return sum
    }
}
