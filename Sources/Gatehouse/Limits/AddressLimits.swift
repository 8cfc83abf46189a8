package import GatehousePolicy
import Synchronization

/// What is counted for an address over all event loops: sessions opened, namespaces joined, authentications that failed, and messages where
/// a rule's rate says so. Memory is bounded however many addresses try.
package final class AddressLimits: Sendable {
    /// Addresses told apart on the node and in a namespace (256 KiB a limit), and by a rule, of which there may be many (64 KiB).
    private static let capacity = 16_384
    private static let ruleCapacity = 4_096

    private struct Gate: Sendable {
        let connects: AddressRate?
        let failures: AddressRate?

        init(connects: RateLimit?, failures: RateLimit?, following previous: Gate?) {
            self.connects = AddressRate.following(previous?.connects, connects, capacity: AddressLimits.capacity)
            self.failures = AddressRate.following(previous?.failures, failures, capacity: AddressLimits.capacity)
        }
    }

    private let node: Gate
    private let namespaces: [String: Gate]
    /// By the rule's index in the bundle.
    private let rules: [Int32: AddressRate]

    /// - Parameter previous: what was in force before. What it has counted goes on where the limit is the same, so that a reload gives nobody
    ///   a fresh start.
    package init(_ bundle: PolicyBundle, following previous: PolicyInForce? = nil) {
        let old = previous?.addresses
        node = Gate(connects: bundle.global.ipConnects, failures: bundle.global.ipFailedAuth, following: old?.node)
        var namespaces: [String: Gate] = [:]
        for (name, policy) in bundle.namespaces {
            namespaces[name] = Gate(
                connects: policy.settings.limits.ipConnects, failures: policy.settings.limits.ipFailedAuth, following: old?.namespaces[name]
            )
        }
        self.namespaces = namespaces
        var earlier: [String: AddressRate] = [:]
        for (index, rule) in (previous?.bundle.rules ?? []).enumerated() {
            if let index = Int32(exactly: index), let rate = old?.rules[index] { earlier[rule.id] = rate }
        }
        var rules: [Int32: AddressRate] = [:]
        for (index, rule) in bundle.rules.enumerated() {
            guard let limit = rule.rate?.ip, let index = Int32(exactly: index) else { continue }
            rules[index] = AddressRate.following(earlier[rule.id], limit, capacity: Self.ruleCapacity)
        }
        self.rules = rules
    }

    /// Charges an address for opening a session.
    func takeConnect(_ address: IPAddress, now: Int64) -> Bool { node.connects?.take(address, now: now) ?? true }

    /// Charges an address for asking to join a namespace.
    func takeConnect(_ address: IPAddress, to namespace: String, now: Int64) -> Bool {
        namespaces[namespace]?.connects?.take(address, now: now) ?? true
    }

    /// Whether an address may still try a token: asked before any cryptography (SEC-42).
    func mayAuthenticate(_ address: IPAddress, to namespace: String, now: Int64) -> Bool {
        node.failures?.has(address, now: now) ?? true && namespaces[namespace]?.failures?.has(address, now: now) ?? true
    }

    /// Charges an address for a token that was refused.
    func failedAuthentication(_ address: IPAddress, to namespace: String, now: Int64) {
        node.failures?.charge(address, now: now)
        namespaces[namespace]?.failures?.charge(address, now: now)
    }

    /// Charges an address for a message under a rule with a rate for addresses.
    func take(_ address: IPAddress, under rule: RuleIndex, now: Int64) -> Bool { rules[rule.value]?.take(address, now: now) ?? true }
}

/// One rate for every address, or for the /64 that an IPv6 address is in.
private final class AddressRate: Sendable {
    private let limit: RateLimit
    private let limiter: Mutex<KeyedRateLimiter<IPAddress>>

    static func following(_ previous: AddressRate?, _ limit: RateLimit?, capacity: Int) -> AddressRate? {
        guard let limit else { return nil }
        return previous?.limit == limit ? previous : AddressRate(limit, capacity: capacity)
    }

    private init(_ limit: RateLimit, capacity: Int) {
        self.limit = limit
        limiter = Mutex(KeyedRateLimiter(limit: limit, capacity: capacity))
    }

    func take(_ address: IPAddress, now: Int64) -> Bool { limiter.withLock { $0.take(address.limitKey, now: now) } }
    func has(_ address: IPAddress, now: Int64) -> Bool { limiter.withLock { $0.has(address.limitKey, now: now) } }
    func charge(_ address: IPAddress, now: Int64) { limiter.withLock { $0.charge(address.limitKey, now: now) } }
}
