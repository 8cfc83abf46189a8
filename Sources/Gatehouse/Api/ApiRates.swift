import GatehousePolicy

/// The rates of the rules of `_api.yaml`, in a table of fixed size (BCK-02). Pure: the caller brings the time, in nanoseconds.
struct ApiRates: Sendable {
    private enum Key: Hashable, Sendable {
        case subject(rule: String, UserID)
        case issuer(rule: String, String)
    }

    /// Pairs of a rule and a caller that are told apart.
    private static let capacity = 16_384
    private var buckets = KeyedTable<Key, TokenBucket>(capacity: capacity)

    /// Charges one call. Nothing is taken of one rate where the other has nothing left.
    /// - Returns: `nil` if it may go on, else the nanoseconds until it may.
    mutating func take(_ rate: ApiRate, of rule: String, for caller: UserID, now: Int64) -> Int64? {
        let owed: [(Key, RateLimit)] = [
            rate.subject.map { (.subject(rule: rule, caller), $0) }, rate.issuer.map { (.issuer(rule: rule, caller.iss), $0) },
        ].compactMap { $0 }
        let wait = owed.map { key, limit in buckets[key].wait(for: 1, limit: limit, now: now) }.max() ?? 0
        guard wait <= 0 else { return wait }
        for (key, limit) in owed { buckets.update(key) { $0.charge(limit: limit, now: now) } }
        return nil
    }
}
