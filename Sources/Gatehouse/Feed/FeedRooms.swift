import NIOCore
import SocketIO

/// Tells the feed, those who follow presence, and then the gateways, of the rooms of one namespace. Bound to one event loop.
final class FeedRooms: RoomObserver {
    private let outbox: FeedOutbox
    private let loop: ObjectIdentifier
    private let presence: PresenceReporter
    private let hooks: RoomHooks?

    init(_ outbox: FeedOutbox, on eventLoop: any EventLoop, presence: PresenceReporter, before hooks: RoomHooks?) {
        self.presence = presence
        self.outbox = outbox
        self.hooks = hooks
        loop = ObjectIdentifier(eventLoop)
    }

    func roomCreated(_ room: String, in namespace: Namespace) {
        if outbox.feed.isWatched(.room), outbox.feed.presence.appeared(room, in: namespace, on: loop) {
            outbox.append(FeedItem(.room, "created", at: outbox.now, namespace: namespace.name, room: room))
        }
        hooks?.roomCreated(room, in: namespace)
    }

    func roomDeleted(_ room: String, in namespace: Namespace) {
        if outbox.feed.isWatched(.room), outbox.feed.presence.disappeared(room, in: namespace, on: loop) {
            outbox.append(FeedItem(.room, "deleted", at: outbox.now, namespace: namespace.name, room: room))
        }
        hooks?.roomDeleted(room, in: namespace)
    }

    func roomJoined(_ room: String, by socket: Socket) {
        if outbox.feed.isWatched(.room) { tell("joined", room, socket) }
        presence.joined(room, by: socket)
        hooks?.roomJoined(room, by: socket)
    }

    func roomLeft(_ room: String, by socket: Socket) {
        if outbox.feed.isWatched(.room) { tell("left", room, socket) }
        presence.left(room, by: socket)
        hooks?.roomLeft(room, by: socket)
    }

    private func tell(_ kind: String, _ room: String, _ socket: Socket) {
        outbox.append(
            FeedItem(
                .room, kind, at: outbox.now, session: socket.connection.connectionState?.reference,
                user: socket.clientState?.user?.key, namespace: socket.name.name, room: room))
    }
}

@available(*, unavailable)
extension FeedRooms: Sendable {}
