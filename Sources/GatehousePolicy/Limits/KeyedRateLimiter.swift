/// Token buckets by key in a ``KeyedTable``: however many keys there are, memory never grows and no bucket is full before its time.
///
/// A value without a lock: its owner is one event loop, or guards it.
package struct KeyedRateLimiter<Key: Hashable & Sendable>: Sendable {
    package let limit: RateLimit
    @usableFromInline var buckets: KeyedTable<Key, TokenBucket>

    /// - Parameter capacity: how many keys are told apart; rounded up to a power of two of at least 8. 16 bytes each.
    @inlinable
    package init(limit: RateLimit, capacity: Int) {
        self.limit = limit
        buckets = KeyedTable(capacity: capacity)
    }

    /// The number of keys that are told apart.
    @inlinable
    package var capacity: Int { buckets.capacity }

    /// The memory that it takes, however many keys there are.
    package var tableBytes: Int { buckets.tableBytes }

    /// Takes `cost` units of a key. `now` in nanoseconds of a clock that never goes back.
    /// - Returns: whether they were there.
    @inlinable
    package mutating func take(_ key: Key, cost: Int64 = 1, now: Int64) -> Bool {
        buckets.update(key) { $0.take(cost, limit: limit, now: now) }
    }

    /// Charges for what has happened already, such as a failed authentication.
    @inlinable
    package mutating func charge(_ key: Key, cost: Int64 = 1, now: Int64) {
        buckets.update(key) { $0.charge(cost, limit: limit, now: now) }
    }

    /// Whether `cost` units are there. Takes nothing; a key that has no place yet gets none.
    @inlinable
    package func has(_ key: Key, cost: Int64 = 1, now: Int64) -> Bool {
        buckets[key].has(cost, limit: limit, now: now)
    }

    /// Nanoseconds until `cost` units of a key will be there; 0 if they are.
    @inlinable
    package func wait(for key: Key, cost: Int64 = 1, now: Int64) -> Int64 {
        buckets[key].wait(for: cost, limit: limit, now: now)
    }
}

/// By address, as it is used most: here the compiler knows the key, while a generic type that is called from another module asks for its
/// metadata each time.
extension KeyedRateLimiter where Key == IPAddress {
    package mutating func take(_ key: IPAddress, cost: Int64 = 1, now: Int64) -> Bool {
        buckets.update(key) { $0.take(cost, limit: limit, now: now) }
    }
}

extension TokenBucket: KeyedDebt {
    @inlinable
    package var settledAt: Int64 { fullAt }
    @inlinable
    package var inherited: TokenBucket { self }
}
