import NIOConcurrencyHelpers

/// Temporary bans: of users who kept breaking the rules (`limits.violations.ban_for`), and addresses that
/// flooded the server with bad tokens (`limits.ip.failed_auth_penalty`). Bounded: when it is full, the ban that ends first makes way. Kept
/// in memory; bans by staff are stored elsewhere.
package final class TemporaryBans<Key: Hashable & Sendable>: Sendable {
    /// The most bans that are kept.
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
    func contains(_ key: Key, now: Int64) -> Bool { left(key, now: now) != nil }

    /// Milliseconds until the end of a ban; `nil` if there is none.
    func left(_ key: Key, now: Int64) -> Int64? {
        bans.withLockedValue { bans in
            guard let end = bans[key] else { return nil }
            guard end > now else {
                bans[key] = nil
                return nil
            }
            return end - now
        }
    }
}
