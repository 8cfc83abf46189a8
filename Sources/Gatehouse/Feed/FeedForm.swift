package import GatehouseJSON
package import SocketIO

/// The events in which a subscription to the live feed reaches its client. `nil` stands for those of `/admin`: batches, an event a topic.
///
/// A client of another protocol gets each item as events of that.
package struct FeedForm: Sendable {
    /// One event for the client.
    package struct Message: Sendable {
        package let event: String
        package let arguments: [JSONValue]

        package init(_ event: String, _ arguments: [JSONValue]) {
            self.event = event
            self.arguments = arguments
        }
    }

    /// The namespace whose rules give the right to subscribe.
    let home: Namespace
    /// The events of a topic. The client gets the topic only if it may receive all of them.
    let events: @Sendable (FeedTopic) -> [String]
    /// What an item becomes.
    let messages: @Sendable (FeedItem) -> [Message]
    /// Called on the client's event loop when items were dropped before one that goes out.
    let lost: @Sendable () -> Void

    package init(
        of home: Namespace, events: @escaping @Sendable (FeedTopic) -> [String],
        messages: @escaping @Sendable (FeedItem) -> [Message], lost: @escaping @Sendable () -> Void
    ) {
        self.home = home
        self.events = events
        self.messages = messages
        self.lost = lost
    }
}
