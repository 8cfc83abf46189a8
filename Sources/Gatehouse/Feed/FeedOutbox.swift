import NIOCore
import SocketIO

/// The items of one event loop on their way to subscribers: gathered for a few milliseconds, so that a subscriber's lock is taken once for
/// many. Bound to the loop.
final class FeedOutbox {
    /// How long the first of a batch waits for others.
    private static let delay = TimeAmount.milliseconds(5)
    /// So many go out at once.
    private static let batch = 64

    let feed: Feed
    private let eventLoop: any EventLoop
    private let clock: ServerClock
    private var notes: [FeedNote] = []
    private var isScheduled = false

    init(_ feed: Feed, on eventLoop: any EventLoop, clock: ServerClock) {
        self.feed = feed
        self.eventLoop = eventLoop
        self.clock = clock
    }

    /// The time of an item.
    var now: Int64 { clock.wallMilliseconds() }

    func append(_ item: FeedItem) {
        notes.append(FeedNote(item))
        guard notes.count < Self.batch else { return flush() }
        guard !isScheduled else { return }
        isScheduled = true
        // Not `execute`: a flush between two slices of a long task would make them one turn, since the next is due by then.
        eventLoop.assumeIsolated().scheduleTask(in: Self.delay) { [self] in
            isScheduled = false
            flush()
        }
    }

    /// Tells subscribers at once. Called before another one is added, who is to hear of nothing that was before.
    func flush() {
        guard !notes.isEmpty else { return }
        let batch = notes
        notes = []
        feed.deliver(batch)
    }
}

@available(*, unavailable)
extension FeedOutbox: Sendable {}
