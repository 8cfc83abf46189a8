import NIOConcurrencyHelpers
import Synchronization

/// The restrictions in force (MOD-62). The moderation store replaces them after a change is durable. Any thread may use it.
///
/// An event loop reads a number for each message, and takes no lock while it stays the same.
package final class CurrentRestrictions: Sendable {
    private struct State: Sendable {
        var current = RestrictionSet.none
        var changes: UInt64 = 0
        /// Sets that event loops have let go of. They end in the next change: freeing a large one would hold a loop up.
        var retired: [RestrictionSet] = []
    }

    private let state = NIOLockedValueBox(State())
    private let published = Atomic<UInt64>(0)

    package init() {}

    /// The set in force.
    package var current: RestrictionSet { state.withLockedValue { $0.current } }

    /// The number of the set in force; 0 for one without any restriction.
    var number: UInt64 { published.load(ordering: .acquiring) }

    /// Whether there is any restriction.
    var isInForce: Bool { number != 0 }

    /// The set in force, with its number.
    var numbered: (set: RestrictionSet, number: UInt64) {
        state.withLockedValue { ($0.current, $0.current.isEmpty ? 0 : $0.changes) }
    }

    /// Puts a set in force: from now on it decides what comes. Sessions that are open are enforced by the caller afterwards.
    package func replace(with set: RestrictionSet) {
        let freed = state.withLockedValue { state in
            let freed = state.retired
            state.retired = [state.current]
            state.current = set
            state.changes += 1
            published.store(set.isEmpty ? 0 : state.changes, ordering: .releasing)
            return freed
        }
        // Freed here, outside the lock.
        withExtendedLifetime(freed) {}
    }

    /// An event loop no longer uses a set.
    func retire(_ set: RestrictionSet) {
        state.withLockedValue { state in
            guard state.current !== set, !state.retired.contains(where: { $0 === set }) else { return }
            state.retired.append(set)
        }
    }
}
