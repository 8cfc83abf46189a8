import SocketIO

/// The mutes of one user, by where they hold. Immutable, and an object of its own: a client that keeps it does not keep the whole set.
final class UserMutes: Sendable {
    private struct Scoped: Sendable {
        var everywhere: Mute?
        var rooms: [String: Mute] = [:]
    }

    private let node: Mute?
    private let namespaces: [Namespace: Scoped]

    /// - Parameter mutes: of one user; of several for one place the last one counts.
    init(_ mutes: [Mute]) {
        var namespaces: [Namespace: Scoped] = [:]
        var node: Mute?
        for mute in mutes {
            if let namespace = mute.place.namespace {
                if let room = mute.place.room {
                    namespaces[namespace, default: Scoped()].rooms[room] = mute
                } else {
                    namespaces[namespace, default: Scoped()].everywhere = mute
                }
            } else {
                node = mute
            }
        }
        self.node = node
        self.namespaces = namespaces
    }

    /// The mute that holds in a place at a time, in milliseconds since 1970. Of several the one that hides least wins: who is told of a mute
    /// may be told of it. Of equals the one that ends last.
    func mute(in namespace: Namespace, room: String?, now: Int64) -> Mute? {
        let scoped = namespaces[namespace]
        var found: Mute?
        for case let mute? in [node, scoped?.everywhere, room.flatMap { scoped?.rooms[$0] }] where now < mute.ends {
            if let best = found, best.isShadow == mute.isShadow ? best.ends >= mute.ends : mute.isShadow { continue }
            found = mute
        }
        return found
    }
}
