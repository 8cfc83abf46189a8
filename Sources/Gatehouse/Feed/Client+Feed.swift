import NIOCore
import SocketIO

extension Client {
    /// Subscribes the client to topics of the live feed, in place of what it was subscribed to. On its event loop only.
    /// - Parameters:
    ///   - form: the events that it gets them in; `nil`: those of `/admin`.
    ///   - isHeld: whether items wait until ``releaseFeed()``.
    /// - Returns: the topics that the `receive` rules let it have.
    /// - Throws: ``GatewayError`` with `forbidden` if there are none, with `limit` if too many have subscribed.
    package func followFeed(
        _ topics: FeedTopics, _ filter: FeedFilter, in form: FeedForm? = nil, isHeld: Bool = false
    ) throws(GatewayError) -> [FeedTopic] {
        guard let (socket, state) = onOwnLoop else { return [] }
        let pipeline = state.pipeline
        let granted = FeedTopics(topics.list.filter { pipeline.mayReceive($0, in: form, socket) })
        guard !granted.isEmpty else { throw GatewayError(.forbidden, "No receive rule lets you have any of these topics") }
        state.feed?.close()
        state.feed = nil
        pipeline.outbox.flush()
        let handle = handle
        let subscriber = FeedSubscriber(granted, filter) {
            handle.executeLater { $0.clientState?.feed?.advance() }
        }
        guard server.runtime.feed.add(subscriber) else {
            throw GatewayError(.limit, "\(Feed.mostSubscribers) members of staff follow the feed already, as many as may")
        }
        if granted.contains(.room) { server.runtime.feed.presence.begin(server.runtime.sockets) }
        state.feed = FeedStream(subscriber, handle, pipeline, in: form, isHeld: isHeld)
        return granted.list
    }

    /// The same from anywhere.
    package func followFeedLater(
        _ topics: FeedTopics, _ filter: FeedFilter, in form: FeedForm, isHeld: Bool
    ) async throws -> [FeedTopic] {
        try await handle.submit { [self] _ in try followFeed(topics, filter, in: form, isHeld: isHeld) } ?? []
    }

    /// Lets the items of a held subscription go out.
    package func releaseFeed() async throws { _ = try await handle.submit { $0.clientState?.feed?.release() } }

    /// Which of these events the `receive` rules let the client have.
    package func mayReceive(_ events: [String]) async throws -> Bool {
        try await handle.submit { socket in
            events.allSatisfy { socket.clientState?.pipeline.mayReceive($0, socket) ?? false }
        } ?? false
    }

    /// Ends the client's subscription. On its event loop only.
    /// - Returns: whether there was one.
    package func leaveFeed() -> Bool {
        guard let (_, state) = onOwnLoop, let feed = state.feed else { return false }
        feed.close()
        state.feed = nil
        return true
    }

    private var onOwnLoop: (Socket, ClientState)? {
        guard handle.eventLoop.inEventLoop, let socket = handle.onLoop, let state = socket.clientState else { return nil }
        return (socket, state)
    }
}
