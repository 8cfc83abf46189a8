import GatehousePolicy
import NIOConcurrencyHelpers

/// Users with a live session on this node, for what is counted for a user and not for a connection. A user is forgotten with the last
/// session; the map is bounded by the number of connections.
package final class UserRegistry: Sendable {
    private let users = NIOLockedValueBox<[UserKey: UserState]>([:])

    /// Counts a connection in.
    /// - Returns: `nil` if the user has `cap` of them already.
    func enter(_ key: UserKey, cap: Int) -> UserState? {
        users.withLockedValue { users in
            let user = users[key] ?? UserState(key)
            guard user.enter(cap: cap) else { return nil }
            users[key] = user
            return user
        }
    }

    func leave(_ user: UserState) {
        users.withLockedValue { users in
            if user.leave() == 0 { users[user.key] = nil }
        }
    }

    package var count: Int { users.withLockedValue { $0.count } }
}

/// What is counted for one user over all connections and event loops.
package final class UserState: Sendable {
    let key: UserKey
    private let state = NIOLockedValueBox(
        (connections: 0, messages: TokenBucket(), bytes: TokenBucket(), rules: [Int32: TokenBucket](), generation: UInt64(0)))

    init(_ key: UserKey) { self.key = key }

    fileprivate func enter(cap: Int) -> Bool {
        state.withLockedValue { state in
            guard state.connections < cap else { return false }
            state.connections += 1
            return true
        }
    }

    fileprivate func leave() -> Int {
        state.withLockedValue { state in
            state.connections -= 1
            return state.connections
        }
    }

    func takeMessage(_ limit: RateLimit, now: Int64) -> Bool {
        state.withLockedValue { $0.messages.take(limit: limit, now: now) }
    }

    func takeBytes(_ count: Int, _ limit: RateLimit, now: Int64) -> Bool {
        state.withLockedValue { $0.bytes.take(Int64(count), limit: limit, now: now) }
    }

    /// The number of rules bounds the map. The numbers of rules are those of one generation of the policies: a newer one starts afresh, and
    /// what is still decided under an older one is counted for its connection alone.
    func take(rule: RuleIndex, of generation: UInt64, _ limit: RateLimit, now: Int64) -> Bool {
        state.withLockedValue { state in
            guard generation >= state.generation else { return true }
            if generation > state.generation {
                state.rules.removeAll()
                state.generation = generation
            }
            return state.rules[rule.value, default: TokenBucket()].take(limit: limit, now: now)
        }
    }
}
