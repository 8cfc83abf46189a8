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

    /// Positions of what may be for a session behind `last`, in ascending order, each once. It costs as much as there is of it.
    func positions(for session: RecoverySession, after last: UInt64) -> [UInt64] {
        let keys = [.everyone, .socket(session.socket), .room(session.socket.description)] + session.rooms.map { Key.room($0.name) }
        let found = keys.compactMap { positions[$0].map { Self.rest(of: $0, after: last) } }.filter { !$0.isEmpty }
        if found.count == 1, let only = found.first { return Array(only) }
        return Array(Set(found.joined())).sorted()
    }

    /// What is behind a position, by halving.
    private static func rest(of all: CircularBuffer<UInt64>, after last: UInt64) -> CircularBuffer<UInt64>.SubSequence {
        var (low, high) = (0, all.count)
        while low < high {
            let middle = low &+ (high &- low) / 2
            if all[all.index(all.startIndex, offsetBy: middle)] <= last { low = middle &+ 1 } else { high = middle }
        }
        return all.dropFirst(low)
    }

    /// An event without a room and a socket is for everyone.
    private static func keys(of target: BroadcastTarget) -> [Key] {
        if target.rooms.isEmpty, target.sockets.isEmpty { return [.everyone] }
        return target.rooms.map { .room($0) } + target.sockets.map { .socket($0) }
    }
}
