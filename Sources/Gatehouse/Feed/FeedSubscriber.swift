import NIOConcurrencyHelpers
import SocketIO

/// A subscription to the live feed, as those who publish see it. Any thread may offer items; only the client's event loop takes them.
final class FeedSubscriber: Sendable {
    private struct State {
        var queue: FeedQueue
        var topics: FeedTopics
        /// Whether the client's loop knows that there is something to take.
        var isAwake = false
    }

    let filter: FeedFilter
    private let state: NIOLockedValueBox<State>
    /// Called, on any thread, when there is something to take and was nothing before.
    private let wake: @Sendable () -> Void

    init(_ topics: FeedTopics, _ filter: FeedFilter, queue: FeedQueue = FeedQueue(), wake: @escaping @Sendable () -> Void) {
        self.filter = filter
        self.wake = wake
        state = NIOLockedValueBox(State(queue: queue, topics: topics))
    }

    var topics: FeedTopics { state.withLockedValue { $0.topics } }

    /// Queues the items that the subscriber wants: one lock for all of them. It never waits for the subscriber.
    func offer(_ notes: [FeedNote]) {
        let hasNews = state.withLockedValue { state in
            for note in notes where state.topics.contains(note.item.topic) && filter.matches(note.item) { state.queue.append(note) }
            guard !state.isAwake, state.queue.count > 0 else { return false }
            state.isAwake = true
            return true
        }
        if hasNews { wake() }
    }

    /// - Returns: what is sent next; empty if there is nothing, and then the next item wakes the client's loop again.
    func take(_ most: Int, bytes: Int) -> [FeedEntry] {
        state.withLockedValue { state in
            let taken = state.queue.take(most, bytes: bytes)
            if taken.isEmpty { state.isAwake = false }
            return taken
        }
    }

    /// The client may not have these topics any more: nothing of them goes out, not even what waits.
    func give(up lost: FeedTopics) {
        state.withLockedValue { state in
            state.topics.subtract(lost)
            for topic in lost.list { state.queue.removeAll(of: topic) }
        }
    }
}
