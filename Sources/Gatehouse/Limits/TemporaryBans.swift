import NIOConcurrencyHelpers

/// Who is kept out for a while: users who kept breaking the rules (`limits.violations.ban_for`) or were kicked until a given time, and
/// addresses that flooded the server with bad tokens (`limits.ip.failed_auth_penalty`). Bounded: where there is no room, the ban that ends
/// first makes way. Kept in memory; bans that staff make are another matter.
package final class TemporaryBans<Key: Hashable & Sendable>: Sendable {
    /// So many are kept at most.
    private let capacity: Int
    /// The end of each in milliseconds since 1970.
    private let bans = NIOLockedValueBox<[Key: Int64]>([:])

    init(capacity: Int = 10_000) { self.capacity = capacity }

    package func ban(_ key: Key, until end: Int64) {
        bans.withLockedValue { bans in
            if bans.count >= capacity, bans[key] == nil, let first = bans.min(by: { $0.value < $1.value }) { bans[first.key] = nil }
            bans[key] = max(end, bans[key] ?? 0)
        }
    }

    /// Whether someone is kept out at `now`; an ended ban has no effect from its instant on.
    func contains(_ key: Key, now: Int64) -> Bool {
        bans.withLockedValue { bans in
            guard let end = bans[key] else { return false }
            if end <= now { bans[key] = nil }
            return end > now
        }
    }
}
