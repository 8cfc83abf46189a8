import NIOCore
import SocketIO

extension Client {
    /// Subscribes the client to topics of the live feed, in place of what it was subscribed to. On its event loop only.
    /// - Returns: the topics that the `receive` rules let it have.
    /// - Throws: ``GatewayError`` with `forbidden` if there are none, with `limit` if too many have subscribed.
    package func followFeed(_ topics: FeedTopics, _ filter: FeedFilter) throws(GatewayError) -> [FeedTopic] {
        guard let (socket, state) = onOwnLoop else { return [] }
        let pipeline = state.pipeline
        let granted = FeedTopics(topics.list.filter { pipeline.mayReceive($0.event, socket) })
        guard !granted.isEmpty else { throw GatewayError(.forbidden, "No receive rule lets you have any of these topics") }
        state.feed?.close()
        state.feed = nil
        let handle = handle
        let subscriber = FeedSubscriber(granted, filter) {
            handle.executeLater { $0.clientState?.feed?.advance() }
        }
        guard server.runtime.feed.add(subscriber) else {
            throw GatewayError(.limit, "\(Feed.mostSubscribers) members of staff follow the feed already, as many as may")
        }
        if granted.contains(.room) { server.runtime.feed.presence.begin(server.runtime.sockets) }
        state.feed = FeedStream(subscriber, handle, pipeline)
        return granted.list
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
