import NIOCore

/// Which events of a log are for whom: the positions for each room, for each socket, and for everyone.
///
/// A client that comes back is then looked up what may be for it, and not every event of the namespace: 5,000 clients that come back at
/// the same time find 5,000 events of 50 rooms.
struct RecoveryIndex {
    private enum Key: Hashable {
        case everyone
        case room(String)
        case socket(SocketID)
    }

    /// The positions of each, in ascending order.
    private var positions: [Key: CircularBuffer<UInt64>] = [:]

    /// The events that are kept have ascending positions.
    mutating func append(_ target: BroadcastTarget, at position: UInt64) {
        for key in Self.keys(of: target) {
            // One event often names a room once more.
            guard positions[key]?.last != position else { continue }
            positions[key, default: CircularBuffer(initialCapacity: 2)].append(position)
        }
    }

    /// Removes the event with the smallest position.
    mutating func removeFirst(_ target: BroadcastTarget, at position: UInt64) {
        for key in Self.keys(of: target) where positions[key]?.first == position {
            positions[key]?.removeFirst()
            if positions[key]?.isEmpty == true { positions[key] = nil }
        }
    }

    var isEmpty: Bool { positions.isEmpty }

    mutating func removeAll() { positions = [:] }

    /// Positions of what may be for a session, in ascending order, each once.
    func positions(for session: RecoverySession) -> [UInt64] {
        let keys = [.everyone, .socket(session.socket), .room(session.socket.description)] + session.rooms.map { Key.room($0.name) }
        let found = keys.compactMap { positions[$0] }
        if found.count == 1, let only = found.first { return Array(only) }
        return Array(Set(found.joined())).sorted()
    }

    /// An event without a room and a socket is for everyone.
    private static func keys(of target: BroadcastTarget) -> [Key] {
        if target.rooms.isEmpty, target.sockets.isEmpty { return [.everyone] }
        return target.rooms.map { .room($0) } + target.sockets.map { .socket($0) }
    }
}
