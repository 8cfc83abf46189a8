import GatehousePolicy

/// Token buckets by rule, of one connection or one user (POL-12). The number of rules bounds them. Rule numbers belong to one generation of
/// the policies: a newer one starts afresh, and decisions under an older one are not counted here.
struct RuleBuckets: Sendable {
    private var generation: UInt64 = 0
    private var buckets: [(rule: RuleIndex, bucket: TokenBucket)] = []

    /// Takes one message from the bucket of a rule.
    /// - Returns: whether it was there.
    mutating func take(_ rule: RuleIndex, of generation: UInt64, _ limit: RateLimit, now: Int64) -> Bool {
        guard generation >= self.generation else { return true }
        if generation > self.generation { self = RuleBuckets(generation: generation) }
        if let index = buckets.firstIndex(where: { $0.rule == rule }) { return buckets[index].bucket.take(limit: limit, now: now) }
        var bucket = TokenBucket()
        guard bucket.take(limit: limit, now: now) else { return false }
        buckets.append((rule, bucket))
        return true
    }

    init() {}

    private init(generation: UInt64) { self.generation = generation }

    /// When the last of them is full.
    var settledAt: Int64 { buckets.lazy.map(\.bucket.fullAt).max() ?? .min }

    /// Merges another set of buckets: the greater debt of each rule, of two generations the newer one.
    mutating func add(_ other: RuleBuckets) {
        guard other.generation >= generation else { return }
        guard other.generation == generation else {
            self = other
            return
        }
        for (rule, bucket) in other.buckets {
            if let index = buckets.firstIndex(where: { $0.rule == rule }) {
                if bucket.fullAt > buckets[index].bucket.fullAt { buckets[index].bucket = bucket }
            } else {
                buckets.append((rule, bucket))
            }
        }
    }
}
