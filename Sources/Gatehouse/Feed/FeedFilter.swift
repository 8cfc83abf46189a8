package import SocketIO

/// Which items a subscriber wants. Every given member must hold; alerts are about the whole node and always pass.
package struct FeedFilter: Sendable, Equatable {
    package var namespace: Namespace?
    package var room: String?
    package var user: UserID?

    package init(namespace: Namespace? = nil, room: String? = nil, user: UserID? = nil) {
        self.namespace = namespace
        self.room = room
        self.user = user
    }

    func matches(_ item: FeedItem) -> Bool {
        guard item.topic != .alert else { return true }
        if let namespace, item.namespace != namespace.name { return false }
        if let room, item.room != room { return false }
        if let user, item.user != user { return false }
        return true
    }
}
