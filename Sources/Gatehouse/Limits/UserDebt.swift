import GatehousePolicy

/// What one user owes over all his connections (POL-12).
struct UserDebt: KeyedDebt {
    var messages = TokenBucket()
    var bytes = TokenBucket()
    var rules = RuleBuckets()

    init() {}

    var settledAt: Int64 { max(messages.fullAt, bytes.fullAt, rules.settledAt) }

    var inherited: UserDebt { self }

    /// Takes over what is owed elsewhere: of each the greater.
    mutating func add(_ other: UserDebt) {
        if other.messages.fullAt > messages.fullAt { messages = other.messages }
        if other.bytes.fullAt > bytes.fullAt { bytes = other.bytes }
        rules.add(other.rules)
    }
}
