import GatehouseNetwork
import GatehousePolicy
import NIOConcurrencyHelpers
import SocketIO

/// When senders last sent to rooms in slow mode, over all event loops. A table of fixed size: somebody with very many names has the oldest
/// sends forgotten.
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

    /// The last send, and when the next one was due by the interval of that time, in nanoseconds of the rates' clock.
    private struct LastSend: KeyedDebt {
        var instant: Int64?
        var settledAt: Int64 = .min

        /// Nanoseconds to wait. By the interval in force now: a slow mode that was changed has no effect any more.
        func wait(_ interval: Int64, now: Int64) -> Int64 {
            guard let instant else { return 0 }
            return max(0, SlowSends.end(instant, interval) - now)
        }
    }

    private let table: NIOLockedValueBox<KeyedTable<Key, LastSend>>

    /// - Parameter capacity: how many senders in rooms are told apart (512 KiB).
    init(capacity: Int = 16_384) { table = NIOLockedValueBox(KeyedTable(capacity: capacity)) }

    /// How long a sender has to wait.
    /// - Parameter interval: between two messages, in nanoseconds.
    /// - Returns: nanoseconds; 0 for a message that may be sent now.
    func wait(_ key: Key, interval: Int64, now: Int64) -> Int64 {
        table.withLockedValue { $0[key].wait(interval, now: now) }
    }

    /// A sender sends now, unless another event loop was quicker.
    /// - Returns: nanoseconds to wait; 0 if it is done.
    func take(_ key: Key, interval: Int64, now: Int64) -> Int64 {
        table.withLockedValue { table in
            table.update(key) { last in
                let wait = last.wait(interval, now: now)
                if wait == 0 { last = LastSend(instant: now, settledAt: Self.end(now, interval)) }
                return wait
            }
        }
    }

    private static func end(_ start: Int64, _ interval: Int64) -> Int64 {
        let (end, overflows) = start.addingReportingOverflow(interval)
        return overflows ? .max : end
    }
}
