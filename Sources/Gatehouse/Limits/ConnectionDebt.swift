import GatehousePolicy

/// The debt of one connection under one policy: for messages and broken rules (POL-12). It stays with the connection when a socket leaves,
/// so that joining again does not reset it. All namespaces of a pattern count together, since a client can create any number of them. Bound
/// to the event loop of the connection.
///
/// Properties that each message uses are not checked for exclusive access: only the event loop touches them, and no change of one calls out.
final class ConnectionDebt {
    /// The policy's place among what is mounted.
    let policy: Int
    private var connects = TokenBucket()
    @safe @exclusivity(unchecked) private var messages = TokenBucket()
    @safe @exclusivity(unchecked) private var bytes = TokenBucket()
    @safe @exclusivity(unchecked) private var rules = RuleBuckets()
    private var violations = ViolationWindow()

    init(policy: Int) { self.policy = policy }

    /// Charges one CONNECT.
    /// - Returns: whether there was room for it.
    func takeConnect(_ limits: NamespaceLimits, now: Int64) -> Bool {
        limits.connectionConnects.map { connects.take(limit: $0, now: now) } ?? true
    }

    /// Charges one message.
    /// - Returns: whether there was room for it.
    func takeMessage(_ limit: RateLimit, now: Int64) -> Bool { messages.take(limit: limit, now: now) }

    /// Charges the size of a message.
    /// - Returns: whether there was room for it.
    func takeBytes(_ count: Int, _ limit: RateLimit, now: Int64) -> Bool { bytes.take(Int64(count), limit: limit, now: now) }

    /// Charges one message to the rule that allowed it.
    func take(_ rule: RuleIndex, of generation: UInt64, _ limit: RateLimit, now: Int64) -> Bool {
        rules.take(rule, of: generation, limit, now: now)
    }

    /// Counts a broken rule.
    /// - Returns: how many there were within about the window's length, in nanoseconds.
    func violate(window: Int64, now: Int64) -> Int { violations.count(now: now, length: window) }
}

@available(*, unavailable)
extension ConnectionDebt: Sendable {}
