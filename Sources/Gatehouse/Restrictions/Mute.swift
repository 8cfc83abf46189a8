package import SocketIO

/// A user may not send (MOD-04).
package struct Mute: Sendable, Equatable {
    /// Whom and where: one mute for each.
    package struct Place: Sendable, Hashable {
        package let user: UserID
        /// `nil`: the whole node.
        package let namespace: Namespace?
        /// Only with a namespace; `nil`: all of it.
        package let room: String?

        package init(user: UserID, namespace: Namespace?, room: String?) {
            self.user = user
            self.namespace = namespace
            self.room = room
        }
    }

    package let place: Place
    /// Milliseconds since 1970. It has no effect from this instant on.
    package let ends: Int64
    /// The sender is answered as if nothing was wrong; only staff and the sender's own sessions get what is sent (MOD-64).
    package let isShadow: Bool

    package init(place: Place, ends: Int64, isShadow: Bool) {
        self.place = place
        self.ends = ends
        self.isShadow = isShadow
    }
}
