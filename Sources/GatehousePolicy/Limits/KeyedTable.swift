/// What a ``KeyedTable`` keeps for a key: its debt, in any unit.
package protocol KeyedDebt: Sendable {
    /// Nothing owed.
    init()
    /// The instant at which nothing is owed any more, in nanoseconds of the caller's clock. Of two debts the earlier one makes way.
    var settledAt: Int64 { get }
}

/// Debts by key in a fixed table, for addresses and users: a stranger can make up any number of them.
///
/// Memory never grows: eight places a set, the set chosen by a seeded hash. A newcomer takes a free or repaid place. Where every place of
/// its set is in debt, it takes the place of the smallest debt, which is forgiven.
///
/// A key without a place owes nothing, and a newcomer starts with nothing: nobody pays for another key. The price is that somebody with
/// very many keys has the smallest debts forgiven; with so many keys each is a fresh start anyway.
///
/// A value without a lock: its owner is one event loop, or guards it. On the way of a message a type of this module wraps it
/// (``AddressRateLimiter``), so that the compiler knows key and debt.
package struct KeyedTable<Key: Hashable & Sendable, Debt: KeyedDebt>: Sendable {
    private static var ways: Int { 8 }

    private struct Place: Sendable {
        var tag: UInt64
        var debt: Debt
    }

    private var places: [Place]
    private let setMask: Int

    /// - Parameter capacity: how many keys are told apart; rounded up to a power of two of at least 8.
    package init(capacity: Int) {
        var sets = 1
        while sets * Self.ways < min(max(capacity, 1), 1 << 26) { sets *= 2 }
        setMask = sets - 1
        places = Array(repeating: Place(tag: 0, debt: Debt()), count: sets * Self.ways)
    }

    /// The number of keys that are told apart.
    package var capacity: Int { places.count }

    /// The memory that it takes, however many keys there are.
    package var tableBytes: Int { places.capacity * MemoryLayout<Place>.stride }

    /// The debt of a key: none for a key without a place, which gets none by being asked for.
    package subscript(key: Key) -> Debt {
        let (tag, set) = locate(key)
        for at in set where places[at].tag == tag { return places[at].debt }
        return Debt()
    }

    /// Changes the debt of a key, which gets a place if it has none.
    package mutating func update<Result>(_ key: Key, _ body: (inout Debt) -> Result) -> Result {
        let (tag, set) = locate(key)
        var least = set.lowerBound
        for at in set {
            if places[at].tag == tag { return body(&places[at].debt) }
            if places[at].debt.settledAt < places[least].debt.settledAt { least = at }
        }
        places[least] = Place(tag: tag, debt: Debt())
        return body(&places[least].debt)
    }

    /// Changes the debt of a key that has a place.
    package mutating func updateIfKnown(_ key: Key, _ body: (inout Debt) -> Void) {
        let (tag, set) = locate(key)
        for at in set where places[at].tag == tag { return body(&places[at].debt) }
    }

    private func locate(_ key: Key) -> (tag: UInt64, set: Range<Int>) {
        // Swift seeds its hash for each process, so nobody outside can aim at a set.
        let hash = UInt64(bitPattern: Int64(key.hashValue))
        let first = (Int(truncatingIfNeeded: hash) & setMask) &* Self.ways
        return (hash == 0 ? 1 : hash, first..<(first &+ Self.ways))
    }
}
