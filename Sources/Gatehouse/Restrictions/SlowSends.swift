import GatehouseNetwork
import GatehousePolicy
import NIOConcurrencyHelpers
import NIOCore
import SocketIO

/// When senders last sent to rooms in slow mode, over all event loops. Each room keeps the sends of its interval, up to a number of them:
/// somebody with very many names has the oldest of that room forgotten, and no other room's.
final class SlowSends: Sendable {
    /// Who sends to which room. Clients without a token have no name: they are told apart by their addresses.
    struct Key: Hashable, Sendable {
        enum Sender: Hashable, Sendable {
            case user(UserID)
            case address(AddressKey)
        }

        let sender: Sender
        let place: RoomRestriction.Place
    }

    /// The sends to one room. Pure.
    private struct Sends {
        /// Nanoseconds of the rates' clock.
        var last: [Key.Sender: Int64] = [:]
        /// From the oldest to the newest, with those among them that a newer one of the same sender has replaced.
        var order = CircularBuffer<(sender: Key.Sender, instant: Int64)>()
        /// By which the newest of them was let through.
        var interval: Int64 = 0

        /// Nanoseconds to wait. By the interval in force now: a slow mode that was changed has no effect any more.
        func wait(_ sender: Key.Sender, _ interval: Int64, now: Int64) -> Int64 {
            guard let instant = last[sender] else { return 0 }
            return max(0, SlowSends.end(instant, interval) - now)
        }

        mutating func add(_ sender: Key.Sender, _ interval: Int64, at now: Int64, capacity: Int) {
            last[sender] = now
            order.append((sender, now))
            self.interval = interval
            while let oldest = order.first, order.count > capacity || SlowSends.end(oldest.instant, interval) <= now {
                order.removeFirst()
                if last[oldest.sender] == oldest.instant { last[oldest.sender] = nil }
            }
        }

        func isSettled(now: Int64) -> Bool {
            guard let newest = order.last else { return true }
            return SlowSends.end(newest.instant, interval) <= now
        }
    }

    private let rooms = NIOLockedValueBox<[RoomRestriction.Place: Sends]>([:])
    private let capacity: Int

    /// - Parameter capacity: how many sends a room keeps; each takes about 150 bytes.
    init(capacity: Int = 32_768) { self.capacity = capacity }

    /// How long a sender has to wait.
    /// - Parameter interval: between two messages, in nanoseconds.
    /// - Returns: nanoseconds; 0 for a message that may be sent now.
    func wait(_ key: Key, interval: Int64, now: Int64) -> Int64 {
        rooms.withLockedValue { $0[key.place]?.wait(key.sender, interval, now: now) ?? 0 }
    }

    /// A sender sends now, unless another event loop was quicker.
    /// - Returns: nanoseconds to wait; 0 if it is done.
    func take(_ key: Key, interval: Int64, now: Int64) -> Int64 {
        rooms.withLockedValue { rooms in
            // Only staff puts a room into slow mode. Rooms whose slow mode was lifted go when the next one comes.
            if rooms[key.place] == nil { rooms = rooms.filter { !$0.value.isSettled(now: now) } }
            let wait = rooms[key.place]?.wait(key.sender, interval, now: now) ?? 0
            if wait == 0 { rooms[key.place, default: Sends()].add(key.sender, interval, at: now, capacity: capacity) }
            return wait
        }
    }

    private static func end(_ start: Int64, _ interval: Int64) -> Int64 {
        let (end, overflows) = start.addingReportingOverflow(interval)
        return overflows ? .max : end
    }
}
