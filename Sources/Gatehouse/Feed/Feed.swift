import NIOConcurrencyHelpers
import SocketIO
import Synchronization

/// The live feed of a node (MOD-09, MOD-30, MOD-31): what happens, told to staff who have subscribed. Any thread may publish.
///
/// While nobody has subscribed to a topic, an item costs one load and one branch, and is never made.
package final class Feed: Sendable {
    /// The most subscribers of a node.
    package static let mostSubscribers = 64

    private let watched = Atomic<UInt8>(0)
    private let subscribers = NIOLockedValueBox<[FeedSubscriber]>([])
    /// Where rooms are, while somebody follows them.
    let presence = FeedPresence()

    package init() {}

    /// Whether somebody has subscribed to a topic.
    @inline(__always)
    package func isWatched(_ topic: FeedTopic) -> Bool { watched.load(ordering: .relaxed) & FeedTopics(topic).rawValue != 0 }

    /// Tells those who have subscribed to the topic. The item is made only if there are any.
    package func publish(_ topic: FeedTopic, _ item: @autoclosure () -> FeedItem) {
        if isWatched(topic) { deliver([FeedNote(item())]) }
    }

    /// Offers items to every subscriber.
    func deliver(_ notes: [FeedNote]) {
        for subscriber in subscribers.withLockedValue({ $0 }) { subscriber.offer(notes) }
    }

    /// How many have subscribed.
    package var count: Int { subscribers.withLockedValue { $0.count } }

    /// - Returns: false if there are too many.
    func add(_ subscriber: FeedSubscriber) -> Bool {
        subscribers.withLockedValue { all in
            guard all.count < Self.mostSubscribers else { return false }
            all.append(subscriber)
            look(at: all)
            return true
        }
    }

    /// A subscriber has left, or has given topics up.
    func update(_ subscriber: FeedSubscriber, isGone: Bool) {
        subscribers.withLockedValue { all in
            if isGone { all.removeAll { $0 === subscriber } }
            look(at: all)
        }
    }

    /// Called under the lock, so that the last look is the one that holds.
    private func look(at all: [FeedSubscriber]) {
        let topics = all.reduce(into: FeedTopics()) { $0.formUnion($1.topics) }
        if !topics.contains(.room) { presence.end() }
        watched.store(topics.rawValue, ordering: .relaxed)
    }
}
