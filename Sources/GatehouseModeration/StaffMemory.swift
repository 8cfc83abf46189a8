import Gatehouse
import GatehousePolicy
import NIOConcurrencyHelpers

/// The users who were staff in the last 24 hours, with their ranks (MOD-20): leaving, or losing a role, does not end the protection at
/// once.
///
/// Bounded: when it is full, the lowest ranks are dropped first, and among them the oldest. Any thread may use it.
final class StaffMemory: Sendable {
    /// How long a rank is remembered, in milliseconds.
    static let span: Int64 = 24 * 3_600 * 1_000
    /// How old what is kept over a restart may be before it is written again.
    private static let writtenFor: Int64 = 3_600 * 1_000

    private struct Entry {
        /// When the user was last seen with each rank from viewer on, in milliseconds since 1970.
        var seen: [Int64?] = [nil, nil, nil]
        /// The times that were given out to be written.
        var written: [Int64?] = [nil, nil, nil]

        var highest: Int { seen.lastIndex { $0 != nil } ?? -1 }
        var latest: Int64 { seen.lazy.compactMap { $0 }.max() ?? .min }
    }

    private let capacity: Int
    private let entries = NIOLockedValueBox<[UserID: Entry]>([:])

    init(capacity: Int = 10_000) { self.capacity = max(1, capacity) }

    /// A user is here with a rank.
    /// - Returns: whether to write it down, so that it survives a restart. A viewer's rank is not written: it protects from nobody who may
    ///   act by the shipped policies, and if every user is a viewer the file must not be written at every CONNECT.
    func note(_ user: UserID, _ rank: StaffRank, now: Int64) -> Bool {
        guard rank > .none else { return false }
        let at = rank.rawValue - 1
        return entries.withLockedValue { entries in
            if entries[user] == nil, entries.count >= capacity { Self.makeRoom(&entries) }
            var entry = entries[user] ?? Entry()
            entry.seen[at] = max(entry.seen[at] ?? now, now)
            let isNews = rank > .viewer && (entry.written[at].map { now.subtractingClamped($0) >= Self.writtenFor } ?? true)
            if isNews { entry.written[at] = now }
            entries[user] = entry
            return isNews
        }
    }

    /// A tenth at once: a flood of newcomers must not cause a scan of the table each.
    private static func makeRoom(_ entries: inout [UserID: Entry]) {
        let order = entries.sorted { ($0.value.highest, $0.value.latest) < ($1.value.highest, $1.value.latest) }
        for entry in order.prefix(max(1, entries.count / 10)) { entries[entry.key] = nil }
    }

    /// Loads what was written before a restart.
    func restore(_ user: UserID, _ rank: StaffRank, seen: Int64) { _ = note(user, rank, now: seen) }

    /// The highest rank that a user had in the last 24 hours.
    func rank(of user: UserID, now: Int64) -> StaffRank {
        entries.withLockedValue { entries in
            guard let entry = entries[user] else { return .none }
            return [.admin, .moderator, .viewer].first { rank in
                entry.seen[rank.rawValue - 1].map { $0 > now - Self.span } ?? false
            } ?? .none
        }
    }

    /// Drops users who have not been staff for 24 hours.
    func forget(now: Int64) {
        entries.withLockedValue { $0 = $0.filter { $0.value.latest > now - Self.span } }
    }
}
