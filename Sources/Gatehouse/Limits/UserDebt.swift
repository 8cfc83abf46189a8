import GatehousePolicy

/// The debt of one user over all connections: for messages and broken rules (POL-12).
struct UserDebt: KeyedDebt {
    var messages = TokenBucket()
    /// Tokens that `auth.refresh` has refused.
    var refreshes = FailedAttempts()
    var bytes = TokenBucket()
    var rules = RuleBuckets()
    /// CONNECTs, by the policy's place among what is mounted.
    private var connects: [Int: TokenBucket] = [:]
    /// Towards a ban, by the same.
    private var violations: [Int: ViolationWindow] = [:]

    init() {}

    var settledAt: Int64 {
        let connected = connects.values.lazy.map(\.fullAt).max() ?? .min
        return max(
            messages.fullAt, bytes.fullAt, rules.settledAt, connected, refreshes.settledAt,
            violations.values.lazy.map(\.forgottenAt).max() ?? .min)
    }

    /// Charges one CONNECT under a policy.
    mutating func takeConnect(_ policy: Int, _ limit: RateLimit, now: Int64) -> Bool {
        connects[policy, default: TokenBucket()].take(limit: limit, now: now)
    }

    /// Counts a broken rule under a policy.
    /// - Returns: whether the user is to be banned. A ban begins a new count: earlier failures do not lead to the next ban.
    mutating func violate(_ policy: Int, window: Int64, limit: Int, now: Int64) -> Bool {
        guard violations[policy, default: ViolationWindow()].count(now: now, length: window) >= limit else { return false }
        violations[policy] = nil
        return true
    }

    /// Merges another debt of the same user: the greater of each part.
    mutating func add(_ other: UserDebt) {
        if other.messages.fullAt > messages.fullAt { messages = other.messages }
        if other.bytes.fullAt > bytes.fullAt { bytes = other.bytes }
        connects.merge(other.connects) { $0.fullAt > $1.fullAt ? $0 : $1 }
        if other.refreshes.settledAt > refreshes.settledAt { refreshes = other.refreshes }
        rules.add(other.rules)
        violations = other.violations
    }
}
