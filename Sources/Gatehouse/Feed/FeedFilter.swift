package import SocketIO

/// Which items a subscriber wants. Every given member must hold; alerts are about the whole node.
package struct FeedFilter: Sendable, Equatable {
    package var namespace: Namespace?
    package var room: String?
    /// One of these, for staff who are confined to them (MOD-22); `nil` for any. Then alerts do not pass.
    package var rooms: [String]?
    package var user: UserID?

    package init(namespace: Namespace? = nil, room: String? = nil, rooms: [String]? = nil, user: UserID? = nil) {
        self.namespace = namespace
        self.room = room
        self.rooms = rooms
        self.user = user
    }

    /// Whether nothing passes that a right of this reach does not let one have.
    func isWithin(_ right: EventRight) -> Bool {
        guard let allowed = right.rooms else { return true }
        return rooms.map { $0.allSatisfy { allowed.contains($0) } } ?? false
    }

    func matches(_ item: FeedItem) -> Bool {
        guard item.topic != .alert else { return rooms == nil }
        if let rooms { guard let room = item.room, rooms.contains(room) else { return false } }
        if let namespace, item.namespace != namespace.name { return false }
        if let room, item.room != room { return false }
        if let user, item.user != user { return false }
        return true
    }
}
