import GatehousePolicy

/// What one user owes over all his connections: of his messages, and for the rules he broke (POL-12).
struct UserDebt: KeyedDebt {
    var messages = TokenBucket()
    var bytes = TokenBucket()
    var rules = RuleBuckets()
    /// Towards a ban, by the policy's place among what is mounted.
    private var violations: [Int: ViolationWindow] = [:]

    init() {}

    var settledAt: Int64 {
        max(messages.fullAt, bytes.fullAt, rules.settledAt, violations.values.lazy.map(\.forgottenAt).max() ?? .min)
    }

    /// Whoever takes this place over owes as much, but is not banned for what others did.
    var inherited: UserDebt {
        var copy = self
        copy.violations = [:]
        return copy
    }

    /// Counts a broken rule under a policy.
    /// - Returns: whether the user is to be banned. The ban begins a new count: what led to it does not lead to the next one.
    mutating func violate(_ policy: Int, window: Int64, limit: Int, now: Int64) -> Bool {
        guard violations[policy, default: ViolationWindow()].count(now: now, length: window) >= limit else { return false }
        violations[policy] = nil
        return true
    }

    /// Takes over what the same user owes by now, or what another owes who needs his place: of each the greater.
    mutating func add(_ other: UserDebt) {
        if other.messages.fullAt > messages.fullAt { messages = other.messages }
        if other.bytes.fullAt > bytes.fullAt { bytes = other.bytes }
        rules.add(other.rules)
        violations = other.violations
    }
}
