import GatehouseNetwork
package import GatehousePolicy
import NIOConcurrencyHelpers

/// The counters of addresses over all event loops: sessions opened, namespaces joined, failed authentications, broken protocols, and
/// messages under a rule's rate. Memory is bounded for any number of addresses.
package final class AddressLimits: Sendable {
    /// Addresses told apart on the node and in a namespace (256 KiB a limit), and by a rule, of which there may be many (64 KiB).
    private static let capacity = 16_384
    private static let ruleCapacity = 4_096
    /// Addresses whose failed tokens are told apart (512 KiB).
    private static let penaltyCapacity = 8_192

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
    private let penalties: AddressPenalties
    private let malformed: AddressRate?
    /// By the rule's index in the bundle.
    private let rules: [Int32: AddressRate]

    /// - Parameter previous: the previous limits. Counts continue if the limit is the same, so that a reload gives nobody a fresh start.
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
        let penalty = bundle.global.failedAuthPenalty
        penalties =
            old.map(\.penalties).flatMap { $0.rule == penalty ? $0 : nil } ?? AddressPenalties(penalty, capacity: Self.penaltyCapacity)
        malformed = AddressRate.following(old?.malformed, bundle.global.ipMalformed, capacity: Self.capacity)
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
    func takeConnect(_ address: AddressKey, now: Int64) -> Bool { node.connects?.take(address, now: now) ?? true }

    /// Charges an address for asking to join a namespace.
    func takeConnect(_ address: AddressKey, to namespace: String, now: Int64) -> Bool {
        namespaces[namespace]?.connects?.take(address, now: now) ?? true
    }

    /// Asked before any cryptography: whether an address may try a token now (SEC-42). An attempt that may not is counted.
    /// - Returns: `nil` if it may.
    func refuseEarly(_ address: AddressKey, to namespace: String, now: Int64) -> EarlyAttempt? {
        let delay = penalties.wait(for: address, now: now)
        let debt = max(
            node.failures?.wait(for: address, now: now) ?? 0, namespaces[namespace]?.failures?.wait(for: address, now: now) ?? 0)
        guard delay > 0 || debt > 0 else { return nil }
        return EarlyAttempt(
            reason: delay > 0 ? "failed_auth_delay" : "failed_auth_rate", wait: max(delay, debt),
            isBanDue: penalties.tooEarly(address, now: now))
    }

    /// Charges an address for a token that was refused.
    /// - Parameter wasGoodOnce: the token is expired or revoked and valid otherwise. Only the rate is charged: laptops that wake up with
    ///   yesterday's tokens are not guessing.
    /// - Returns: whether to ban the address.
    func failedAuthentication(_ address: AddressKey, to namespace: String, wasGoodOnce: Bool, now: Int64) -> Bool {
        node.failures?.charge(address, now: now)
        namespaces[namespace]?.failures?.charge(address, now: now)
        return wasGoodOnce ? false : penalties.fail(address, now: now)
    }

    /// Shortens the wait after the next failure, since the address showed a good token.
    func authenticated(_ address: AddressKey, now: Int64) { penalties.succeed(address, now: now) }

    /// Charges an address for a connection that was closed for broken input.
    func malformed(_ address: AddressKey, now: Int64) { malformed?.charge(address, now: now) }

    /// Whether an address may not open sessions now, for earlier broken input.
    func owesForMalformed(_ address: AddressKey, now: Int64) -> Bool { (malformed?.wait(for: address, now: now) ?? 0) > 0 }

    /// Whether an address has room for a message under a rule with a rate for addresses.
    func has(_ address: AddressKey, under rule: RuleIndex, now: Int64) -> Bool { rules[rule.value]?.has(address, now: now) ?? true }

    /// Charges an address for a message under a rule with a rate for addresses.
    func take(_ address: AddressKey, under rule: RuleIndex, now: Int64) -> Bool { rules[rule.value]?.take(address, now: now) ?? true }
}

/// One rate for every address.
private final class AddressRate: Sendable {
    private let limit: RateLimit
    private let limiter: NIOLockedValueBox<AddressRateLimiter>

    static func following(_ previous: AddressRate?, _ limit: RateLimit?, capacity: Int) -> AddressRate? {
        guard let limit else { return nil }
        return previous?.limit == limit ? previous : AddressRate(limit, capacity: capacity)
    }

    private init(_ limit: RateLimit, capacity: Int) {
        self.limit = limit
        limiter = NIOLockedValueBox(AddressRateLimiter(limit: limit, capacity: capacity))
    }

    func take(_ address: AddressKey, now: Int64) -> Bool { limiter.withLockedValue { $0.take(address, now: now) } }
    func has(_ address: AddressKey, now: Int64) -> Bool { limiter.withLockedValue { $0.has(address, now: now) } }
    func wait(for address: AddressKey, now: Int64) -> Int64 { limiter.withLockedValue { $0.wait(for: address, now: now) } }
    func charge(_ address: AddressKey, now: Int64) { limiter.withLockedValue { $0.charge(address, now: now) } }
}

/// A token that was not checked: its address has shown too many bad ones.
struct EarlyAttempt: Sendable, Equatable {
    /// For the audit log.
    let reason: String
    /// Nanoseconds until one is.
    let wait: Int64
    /// Whether the address has gone on for so long that it must be banned.
    let isBanDue: Bool

    /// The wait for the client: whole seconds, rounded up.
    var retryAfter: Int { Self.seconds(wait) }

    static func seconds(_ nanoseconds: Int64) -> Int {
        Int(clamping: nanoseconds / 1_000_000_000 + (nanoseconds % 1_000_000_000 > 0 ? 1 : 0))
    }
}

/// Failed tokens of every address.
private final class AddressPenalties: Sendable {
    let rule: FailedAuthPenalty
    private let table: NIOLockedValueBox<KeyedTable<AddressKey, FailedAttempts>>

    init(_ rule: FailedAuthPenalty, capacity: Int) {
        self.rule = rule
        table = NIOLockedValueBox(KeyedTable(capacity: capacity))
    }

    func wait(for address: AddressKey, now: Int64) -> Int64 { table.withLockedValue { $0[address].wait(now: now) } }
    func fail(_ address: AddressKey, now: Int64) -> Bool { update(address) { $0.fail(rule, now: now) } }
    func tooEarly(_ address: AddressKey, now: Int64) -> Bool { update(address) { $0.tooEarly(rule, now: now) } }
    func succeed(_ address: AddressKey, now: Int64) {
        table.withLockedValue { $0.updateIfKnown(address) { $0.succeed(rule, now: now) } }
    }

    private func update(_ address: AddressKey, _ body: (inout FailedAttempts) -> Bool) -> Bool {
        table.withLockedValue { $0.update(address, body) }
    }
}
