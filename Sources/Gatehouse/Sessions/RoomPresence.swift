import NIOConcurrencyHelpers
import SocketIO

/// The number of event loops on which each observed room has members: a room exists from the first to the last (API-05). Bounded by the
/// rooms of clients.
final class RoomPresence: Sendable {
    private struct Key: Hashable {
        let namespace: Namespace
        let room: String
    }

    private let loops = NIOLockedValueBox<[Key: Int]>([:])

    /// A loop has got its first member.
    /// - Returns: whether it is the only loop with one.
    func appeared(_ room: String, in namespace: Namespace) -> Bool {
        loops.withLockedValue { loops in
            loops[Key(namespace: namespace, room: room), default: 0] += 1
            return loops[Key(namespace: namespace, room: room)] == 1
        }
    }

    /// A loop has lost its last member.
    /// - Returns: whether no loop has one any more.
    func disappeared(_ room: String, in namespace: Namespace) -> Bool {
        loops.withLockedValue { loops in
            let key = Key(namespace: namespace, room: room)
            let left = (loops[key] ?? 1) - 1
            loops[key] = left > 0 ? left : nil
            return left <= 0
        }
    }
}
