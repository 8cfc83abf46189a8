import NIOConcurrencyHelpers
import SocketIO

/// On which event loops each room has members, while somebody follows rooms: a room is created with the first and deleted with the last.
///
/// Who begins to follow causes a count of the rooms there are, loop by loop and in slices. Until it is complete nothing is called created or
/// deleted. Bounded by the rooms of clients; empty while nobody follows.
final class FeedPresence: Sendable {
    private struct Key: Hashable {
        let namespace: Namespace
        let room: String
    }

    private struct State {
        /// Counts the times that somebody began to follow; 0 while nobody does.
        var count = 0
        var begun = 0
        var uncounted: Set<ObjectIdentifier> = []
        var loops: [Key: [ObjectIdentifier]] = [:]
    }

    private let state = NIOLockedValueBox(State())

    /// Somebody follows rooms from now on. On any loop.
    func begin(_ sockets: SocketIOServer) {
        let loops = sockets.allLoops
        let count: Int? = state.withLockedValue { state in
            guard state.count == 0 else { return nil }
            state.begun += 1
            state.count = state.begun
            state.uncounted = Set(loops.map { ObjectIdentifier($0.eventLoop) })
            return state.count
        }
        guard let count else { return }
        for loop in loops {
            let id = ObjectIdentifier(loop.eventLoop)
            loop.execute { loop in
                ConnectionRound.run(loop, from: ()) { connection, _ in
                    for socket in connection.sockets {
                        for membership in socket.memberships { self.found(membership.roomName, in: socket.name, on: id, count) }
                    }
                    return false
                } done: { _ in
                    self.state.withLockedValue { if $0.count == count { _ = $0.uncounted.remove(id) } }
                }
            }
        }
    }

    /// Nobody follows rooms any more.
    func end() {
        state.withLockedValue { state in
            (state.count, state.uncounted, state.loops) = (0, [], [:])
        }
    }

    private func found(_ room: String, in namespace: Namespace, on loop: ObjectIdentifier, _ count: Int) {
        state.withLockedValue { state in
            guard state.count == count else { return }
            let key = Key(namespace: namespace, room: room)
            if state.loops[key]?.contains(loop) != true { state.loops[key, default: []].append(loop) }
        }
    }

    /// A loop has got its first member of a room.
    /// - Returns: whether it is known to be the only one with members.
    func appeared(_ room: String, in namespace: Namespace, on loop: ObjectIdentifier) -> Bool {
        state.withLockedValue { state in
            guard state.count > 0 else { return false }
            let key = Key(namespace: namespace, room: room)
            var loops = state.loops[key] ?? []
            let isFirst = loops.isEmpty
            if !loops.contains(loop) { loops.append(loop) }
            state.loops[key] = loops
            return isFirst && state.uncounted.isEmpty
        }
    }

    /// A loop has lost its last member of a room.
    /// - Returns: whether no loop is known to have one any more.
    func disappeared(_ room: String, in namespace: Namespace, on loop: ObjectIdentifier) -> Bool {
        state.withLockedValue { state in
            guard state.count > 0 else { return false }
            let key = Key(namespace: namespace, room: room)
            let left = (state.loops[key] ?? []).filter { $0 != loop }
            state.loops[key] = left.isEmpty ? nil : left
            return left.isEmpty && state.uncounted.isEmpty
        }
    }
}
