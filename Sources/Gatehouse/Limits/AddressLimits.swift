package import GatehousePolicy
import NIOConcurrencyHelpers

/// What is counted for an address over all event loops: sessions opened, namespaces joined, authentications that failed, protocols broken,
/// and messages where a rule's rate says so. Memory is bounded however many addresses try.
package final class AddressLimits: Sendable {
    /// Addresses told apart on the node and in a namespace (256 KiB a limit), and by a rule, of which there may be many (64 KiB).
    private static let capacity = 16_384
    private static let ruleCapacity = 4_096
    /// Addresses of which failed tokens are told apart (512 KiB).
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
    func takeConnect(_ address: IPAddress, now: Int64) -> Bool { node.connects?.take(address, now: now) ?? true }

    /// Charges an address for asking to join a namespace.
    func takeConnect(_ address: IPAddress, to namespace: String, now: Int64) -> Bool {
        namespaces[namespace]?.connects?.take(address, now: now) ?? true
    }

    /// Asked before any cryptography: whether an address may try a token now (SEC-42). An attempt that may not is counted.
    /// - Returns: `nil` if it may.
    func refuseEarly(_ address: IPAddress, to namespace: String, now: Int64) -> EarlyAttempt? {
        let delay = penalties.wait(for: address, now: now)
        let debt = max(
            node.failures?.wait(for: address, now: now) ?? 0, namespaces[namespace]?.failures?.wait(for: address, now: now) ?? 0)
        guard delay > 0 || debt > 0 else { return nil }
        return EarlyAttempt(
            reason: delay > 0 ? "failed_auth_delay" : "failed_auth_rate", wait: max(delay, debt),
            isBanDue: penalties.tooEarly(address, now: now))
    }

    /// Charges an address for a token that was refused.
    /// - Parameter wasGoodOnce: the token is expired or revoked and good in every other way. It is charged to the rate and to nothing else:
    ///   an office whose laptops wake up with yesterday's tokens guesses nothing.
    /// - Returns: whether the address is to be banned.
    func failedAuthentication(_ address: IPAddress, to namespace: String, wasGoodOnce: Bool, now: Int64) -> Bool {
        node.failures?.charge(address, now: now)
        namespaces[namespace]?.failures?.charge(address, now: now)
        return wasGoodOnce ? false : penalties.fail(address, now: now)
    }

    /// Shortens what an address has to wait after its next failure: it showed a good token.
    func authenticated(_ address: IPAddress, now: Int64) { penalties.succeed(address, now: now) }

    /// Charges an address for a connection that was closed for what came over it.
    func malformed(_ address: IPAddress, now: Int64) { malformed?.charge(address, now: now) }

    /// Whether an address opens no session for now, for what came from it.
    func owesForMalformed(_ address: IPAddress, now: Int64) -> Bool { (malformed?.wait(for: address, now: now) ?? 0) > 0 }

    /// Charges an address for a message under a rule with a rate for addresses.
    func take(_ address: IPAddress, under rule: RuleIndex, now: Int64) -> Bool { rules[rule.value]?.take(address, now: now) ?? true }
}

/// One rate for every address, or for the /64 that an IPv6 address is in.
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

    func take(_ address: IPAddress, now: Int64) -> Bool { limiter.withLockedValue { $0.take(address.limitKey, now: now) } }
    func wait(for address: IPAddress, now: Int64) -> Int64 { limiter.withLockedValue { $0.wait(for: address.limitKey, now: now) } }
    func charge(_ address: IPAddress, now: Int64) { limiter.withLockedValue { $0.charge(address.limitKey, now: now) } }
}

/// A token that was not looked at: its address has shown too many bad ones.
struct EarlyAttempt: Sendable, Equatable {
    /// For the audit log.
    let reason: String
    /// Nanoseconds until one is.
    let wait: Int64
    /// Whether the address has been at it for so long that it is to be banned.
    let isBanDue: Bool

    /// What a client is told: whole seconds, never too few.
    var retryAfter: Int { Int(clamping: wait / 1_000_000_000 + (wait % 1_000_000_000 > 0 ? 1 : 0)) }
}

/// Failed tokens of every address, or of the /64 that an IPv6 address is in.
private final class AddressPenalties: Sendable {
    let rule: FailedAuthPenalty
    private let table: NIOLockedValueBox<KeyedTable<IPAddress, FailedAttempts>>

    init(_ rule: FailedAuthPenalty, capacity: Int) {
        self.rule = rule
        table = NIOLockedValueBox(KeyedTable(capacity: capacity))
    }

    func wait(for address: IPAddress, now: Int64) -> Int64 { table.withLockedValue { $0[address.limitKey].wait(now: now) } }
    func fail(_ address: IPAddress, now: Int64) -> Bool { update(address) { $0.fail(rule, now: now) } }
    func tooEarly(_ address: IPAddress, now: Int64) -> Bool { update(address) { $0.tooEarly(rule, now: now) } }
    func succeed(_ address: IPAddress, now: Int64) {
        table.withLockedValue { $0.updateIfKnown(address.limitKey) { $0.succeed(rule, now: now) } }
    }

    private func update(_ address: IPAddress, _ body: (inout FailedAttempts) -> Bool) -> Bool {
        table.withLockedValue { $0.update(address.limitKey, body) }
    }
}
