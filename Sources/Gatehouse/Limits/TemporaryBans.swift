import Synchronization

/// Users who are kept out for a while: they kept breaking the rules (`limits.violations.ban_for`), or were kicked until a given time. Bounded: where there is no room,
/// the ban that ends first makes way. Kept in memory; bans that staff make are another matter.
package final class TemporaryBans: Sendable {
    private static let capacity = 10_000
    /// By user, the end in milliseconds since 1970.
    private let bans = Mutex<[UserKey: Int64]>([:])

    package func ban(_ user: UserKey, until end: Int64) {
        bans.withLock { bans in
            if bans.count >= Self.capacity, bans[user] == nil, let first = bans.min(by: { $0.value < $1.value }) { bans[first.key] = nil }
            bans[user] = max(end, bans[user] ?? 0)
        }
    }

    /// Whether a user is kept out at `now`; an ended ban has no effect from its instant on.
    func contains(_ user: UserKey, now: Int64) -> Bool {
        bans.withLock { bans in
            guard let end = bans[user] else { return false }
            if end <= now { bans[user] = nil }
            return end > now
        }
    }
}
