package import GatehouseNetwork

/// Token buckets by address in a ``KeyedTable``: however many addresses there are, memory never grows, and an address without a
/// bucket of its own has a full one.
///
/// A value without a lock: its owner is one event loop, or guards it. Not generic over its key: the compiler makes it fast here, once, while
/// a generic type that is called from another module asks for its metadata each time.
package struct AddressRateLimiter: Sendable {
    package let limit: RateLimit
    private var buckets: KeyedTable<AddressKey, TokenBucket>

    /// - Parameter capacity: how many addresses are told apart; rounded up to a power of two of at least 8. 24 bytes each.
    package init(limit: RateLimit, capacity: Int) {
        self.limit = limit
        buckets = KeyedTable(capacity: capacity)
    }

    /// The number of addresses that are told apart.
    package var capacity: Int { buckets.capacity }

    /// The memory that it takes, however many addresses there are.
    package var tableBytes: Int { buckets.tableBytes }

    /// Takes `cost` units of an address. `now` in nanoseconds of a clock that never goes back.
    /// - Returns: whether they were there.
    package mutating func take(_ address: AddressKey, cost: Int64 = 1, now: Int64) -> Bool {
        buckets.update(address) { $0.take(cost, limit: limit, now: now) }
    }

    /// Charges for a past event, such as a failed authentication.
    package mutating func charge(_ address: AddressKey, cost: Int64 = 1, now: Int64) {
        buckets.update(address) { $0.charge(cost, limit: limit, now: now) }
    }

    /// Whether `cost` units are there. Takes nothing; an address that has no place yet gets none.
    package func has(_ address: AddressKey, cost: Int64 = 1, now: Int64) -> Bool {
        buckets[address].has(cost, limit: limit, now: now)
    }

    /// Nanoseconds until `cost` units of an address will be there; 0 if they are.
    package func wait(for address: AddressKey, cost: Int64 = 1, now: Int64) -> Int64 {
        buckets[address].wait(for: cost, limit: limit, now: now)
    }
}

extension TokenBucket: KeyedDebt {
    package var settledAt: Int64 { fullAt }
}
