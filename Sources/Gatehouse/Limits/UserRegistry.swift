import GatehousePolicy
import NIOConcurrencyHelpers

/// Users with a live session on this node, for what is counted for a user and not for a connection. The map of them is bounded by the
/// number of connections. What a user owes when his last session ends is kept until it is settled, in a table that never grows: whoever
/// comes back finds it again.
package final class UserRegistry: Sendable {
    private struct Users: Sendable {
        var present: [UserKey: UserState] = [:]
        var debts: KeyedTable<UserKey, UserDebt>
    }

    private let users: NIOLockedValueBox<Users>

    /// - Parameter capacity: how many users that have gone are told apart (384 KiB).
    init(capacity: Int = 8_192) { users = NIOLockedValueBox(Users(debts: KeyedTable(capacity: capacity))) }

    /// Counts a connection in.
    /// - Returns: `nil` if the user has `cap` of them already.
    func enter(_ key: UserKey, cap: Int) -> UserState? {
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

/// What is counted for one user over all connections and event loops.
package final class UserState: Sendable {
    let key: UserKey
    private let state: NIOLockedValueBox<(connections: Int, debt: UserDebt)>

    fileprivate init(_ key: UserKey, owing debt: UserDebt) {
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

    /// - Returns: what the user owes, if this was his last connection.
    fileprivate func leave() -> UserDebt? {
        state.withLockedValue { state in
            state.connections -= 1
            return state.connections == 0 ? state.debt : nil
        }
    }

    func takeMessage(_ limit: RateLimit, now: Int64) -> Bool {
        state.withLockedValue { $0.debt.messages.take(limit: limit, now: now) }
    }

    func takeBytes(_ count: Int, _ limit: RateLimit, now: Int64) -> Bool {
        state.withLockedValue { $0.debt.bytes.take(Int64(count), limit: limit, now: now) }
    }

    /// - Returns: whether the user is to be banned for it.
    func violate(_ policy: Int, window: Int64, limit: Int, now: Int64) -> Bool {
        state.withLockedValue { $0.debt.violate(policy, window: window, limit: limit, now: now) }
    }

    func take(_ rule: RuleIndex, of generation: UInt64, _ limit: RateLimit, now: Int64) -> Bool {
        state.withLockedValue { $0.debt.rules.take(rule, of: generation, limit, now: now) }
    }
}
