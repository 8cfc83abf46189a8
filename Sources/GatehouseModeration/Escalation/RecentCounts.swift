/// Counts what happened under some keys within a time. Bounded: when it is full, the keys that were quiet for longest are dropped first.
struct RecentCounts<Key: Hashable & Sendable>: Sendable {
    private var times: [Key: [Int64]] = [:]
    private let capacity: Int

    init(capacity: Int = 10_000) { self.capacity = max(1, capacity) }

    /// Counts one more.
    /// - Parameters:
    ///   - window: how long each counts, in milliseconds.
    ///   - now: milliseconds since 1970.
    /// - Returns: whether there are `limit` now. Then the count begins again.
    mutating func count(_ key: Key, limit: Int, window: Int64, now: Int64) -> Bool {
        if times[key] == nil, times.count >= capacity { makeRoom() }
        var own = (times[key] ?? []).filter { $0 > now - window }
        own.append(now)
        guard own.count < limit else {
            times[key] = nil
            return true
        }
        times[key] = own
        return false
    }

    /// A tenth at once: a flood of new keys must not cause a scan of all for each.
    private mutating func makeRoom() {
        let order = times.sorted { ($0.value.last ?? .min) < ($1.value.last ?? .min) }
        for entry in order.prefix(max(1, times.count / 10)) { times[entry.key] = nil }
    }

    var keys: Int { times.count }
}
