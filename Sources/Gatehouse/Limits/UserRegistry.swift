import GatehousePolicy
import NIOConcurrencyHelpers

/// Users with a live session on this node, for counts per user. The number of connections bounds the map. A user's debt at the end of the
/// last session is kept in a table of fixed size until it is settled, so that it is still there when the user comes back.
package final class UserRegistry: Sendable {
    private struct Users: Sendable {
        var present: [UserID: UserState] = [:]
        var debts: KeyedTable<UserID, UserDebt>
    }

    private let users: NIOLockedValueBox<Users>

    /// - Parameter capacity: how many departed users are told apart (384 KiB).
    init(capacity: Int = 8_192) { users = NIOLockedValueBox(Users(debts: KeyedTable(capacity: capacity))) }

    /// Counts a connection in.
    /// - Returns: `nil` if the user has `cap` of them already.
    func enter(_ key: UserID, cap: Int) -> UserState? {
        users.withLockedValue { users in
            let user = users.present[key] ?? UserState(key, owing: users.debts[key])
            guard user.enter(cap: cap) else { return nil }
            users.present[key] = user
            return user
        }
    }

    /// Counts a connection out, at `now` in nanoseconds of the rates' clock.
    func leave(_ user: UserState, now: Int64) {
        users.withLockedValue { users in
            guard let debt = user.leave() else { return }
            users.present[user.key] = nil
            if debt.settledAt > now {
                users.debts.update(user.key) { $0.add(debt) }
            } else {
                users.debts.updateIfKnown(user.key) { $0.add(debt) }
            }
        }
    }

    package var count: Int { users.withLockedValue { $0.present.count } }
}

/// The counts of one user over all connections and event loops.
package final class UserState: Sendable {
    let key: UserID
    private let state: NIOLockedValueBox<(connections: Int, debt: UserDebt)>

    fileprivate init(_ key: UserID, owing debt: UserDebt) {
        self.key = key
        state = NIOLockedValueBox((0, debt))
    }

    fileprivate func enter(cap: Int) -> Bool {
        state.withLockedValue { state in
            guard state.connections < cap else { return false }
            state.connections += 1
            return true
        }
    }

    /// - Returns: the user's debt, if this was the last connection.
    fileprivate func leave() -> UserDebt? {
        state.withLockedValue { state in
            state.connections -= 1
            return state.connections == 0 ? state.debt : nil
        }
    }

    /// Charges a CONNECT under the policy at a place among what is mounted.
    func takeConnect(_ policy: Int, _ limit: RateLimit, now: Int64) -> Bool {
        state.withLockedValue { $0.debt.takeConnect(policy, limit, now: now) }
    }

    /// Nanoseconds until a token of this user is checked again in `auth.refresh`; 0 for now.
    func waitToRefresh(now: Int64) -> Int64 { state.withLockedValue { $0.debt.refreshes.wait(now: now) } }

    /// A token was refused in `auth.refresh`: the user's next one has to wait, as for an address; nobody else's does.
    func failedRefresh(_ rule: FailedAuthPenalty, now: Int64) {
        state.withLockedValue { _ = $0.debt.refreshes.fail(rule, now: now) }
    }

    /// A token was good.
    func refreshed(_ rule: FailedAuthPenalty, now: Int64) {
        state.withLockedValue { $0.debt.refreshes.succeed(rule, now: now) }
    }

    func takeMessage(_ limit: RateLimit, now: Int64) -> Bool {
        state.withLockedValue { $0.debt.messages.take(limit: limit, now: now) }
    }

    func takeBytes(_ count: Int, _ limit: RateLimit, now: Int64) -> Bool {
        state.withLockedValue { $0.debt.bytes.take(Int64(count), limit: limit, now: now) }
    }

    /// - Returns: whether to ban the user for it.
    func violate(_ policy: Int, window: Int64, limit: Int, now: Int64) -> Bool {
        state.withLockedValue { $0.debt.violate(policy, window: window, limit: limit, now: now) }
    }

    func take(_ rule: RuleIndex, of generation: UInt64, _ limit: RateLimit, now: Int64) -> Bool {
        state.withLockedValue { $0.debt.rules.take(rule, of: generation, limit, now: now) }
    }
}
