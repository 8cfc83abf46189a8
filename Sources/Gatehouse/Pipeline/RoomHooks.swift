import SocketIO

/// Tells gateways of the rooms of one namespace. Bound to one event loop.
final class RoomHooks: RoomObserver {
    private let hooks: [@Sendable (RoomEvent) -> Void]
    private let presence: RoomPresence

    init(_ hooks: [@Sendable (RoomEvent) -> Void], _ presence: RoomPresence) {
        self.hooks = hooks
        self.presence = presence
    }

    func roomCreated(_ room: String, in namespace: Namespace) {
        guard presence.appeared(room, in: namespace) else { return }
        tell(room) { .created($0, in: namespace) }
    }

    func roomDeleted(_ room: String, in namespace: Namespace) {
        guard presence.disappeared(room, in: namespace) else { return }
        tell(room) { .deleted($0, in: namespace) }
    }

    func roomJoined(_ room: String, by socket: Socket) {
        guard let client = socket.clientState?.client else { return }
        tell(room) { .joined($0, client) }
    }

    func roomLeft(_ room: String, by socket: Socket) {
        guard let client = socket.clientState?.client else { return }
        tell(room) { .left($0, client) }
    }

    private func tell(_ room: String, _ event: (RoomName) -> RoomEvent) {
        guard let name = RoomName(room) else { return }
        for hook in hooks { hook(event(name)) }
    }
}

@available(*, unavailable)
extension RoomHooks: Sendable {}
