/// Token buckets by key in a fixed table: for addresses and users, of which a stranger can make as many as he likes.
///
/// Memory never grows: eight buckets a set, the set chosen by a seeded hash. A newcomer takes a free or repaid place. Where every place of
/// its set is in debt, it takes the place of the smallest debt *and the debt with it*. So whoever is pushed out and comes back finds at
/// least the debt he left: pushing keys out buys nobody a full bucket, and what an attacker floods is paid for by the flood.
///
/// A value without a lock: its owner is one event loop, or guards it.
package struct KeyedRateLimiter<Key: Hashable & Sendable>: Sendable {
    private static var ways: Int { 8 }

    private struct Place {
        var tag: UInt64
        var bucket: TokenBucket
    }

    package let limit: RateLimit
    private var places: [Place]
    private let setMask: Int

    /// - Parameter capacity: how many keys are told apart; rounded up to a power of two of at least 8. 16 bytes each.
    package init(limit: RateLimit, capacity: Int) {
        self.limit = limit
        var sets = 1
        while sets * Self.ways < min(max(capacity, 1), 1 << 26) { sets *= 2 }
        setMask = sets - 1
        places = Array(repeating: Place(tag: 0, bucket: TokenBucket()), count: sets * Self.ways)
    }

    /// The number of keys that are told apart.
    package var capacity: Int { places.count }

    /// Takes `cost` units of a key. `now` in nanoseconds of a clock that never goes back.
    /// - Returns: whether they were there.
    package mutating func take(_ key: Key, cost: Int64 = 1, now: Int64) -> Bool {
        let at = place(of: key, now: now)
        return places[at].bucket.take(cost, limit: limit, now: now)
    }

    /// Charges for what has happened already, such as a failed authentication.
    package mutating func charge(_ key: Key, cost: Int64 = 1, now: Int64) {
        let at = place(of: key, now: now)
        places[at].bucket.charge(cost, limit: limit, now: now)
    }

    /// Whether `cost` units are there. Takes nothing; a key that has no place yet gets none.
    package func has(_ key: Key, cost: Int64 = 1, now: Int64) -> Bool {
        let (tag, set) = locate(key)
        return bucket(tag, set).has(cost, limit: limit, now: now)
    }

    /// Nanoseconds until `cost` units of a key will be there.
    package func wait(for key: Key, cost: Int64 = 1, now: Int64) -> Int64 {
        let (tag, set) = locate(key)
        return bucket(tag, set).wait(for: cost, limit: limit, now: now)
    }

    /// The bucket of a key, or the one that it would inherit.
    private func bucket(_ tag: UInt64, _ set: Range<Int>) -> TokenBucket {
        var least = places[set.lowerBound].bucket
        for at in set {
            if places[at].tag == tag { return places[at].bucket }
            if places[at].bucket.fullAt < least.fullAt { least = places[at].bucket }
        }
        return least
    }

    private func locate(_ key: Key) -> (tag: UInt64, set: Range<Int>) {
        // Swift seeds its hash for each process, so nobody outside can aim at a set.
        let hash = UInt64(bitPattern: Int64(key.hashValue))
        let first = (Int(truncatingIfNeeded: hash) & setMask) &* Self.ways
        return (hash == 0 ? 1 : hash, first..<(first &+ Self.ways))
    }

    private mutating func place(of key: Key, now: Int64) -> Int {
        let (tag, set) = locate(key)
        var least = set.lowerBound
        for at in set {
            if places[at].tag == tag { return at }
            if places[at].bucket.fullAt < places[least].bucket.fullAt { least = at }
        }
        places[least].tag = tag
        return least
    }
}

extension IPAddress {
    /// The key under which an address is counted: IPv4 as it is, IPv6 by its /64, which one customer has for himself.
    package var limitKey: IPAddress { isV4 ? self : IPAddress(high: high, low: 0) }
}
