import GatehousePolicy
import Testing

@testable import Gatehouse

@Suite("Counting a user's connections")
struct UserRegistryTests {
    @Test("SEC-15: a user is the issuer and the subject; the cap is reached, not passed; the last to leave is forgotten")
    func caps() throws {
        let registry = UserRegistry()
        let key = UserID(iss: "one", subject: "alice")
        let states = [registry.enter(key, cap: 2), registry.enter(key, cap: 2)].compactMap { $0 }
        #expect(states.count == 2)
        #expect(registry.enter(key, cap: 2) == nil)
        #expect(registry.enter(UserID(iss: "two", subject: "alice"), cap: 1) != nil)
        #expect(registry.count == 2)
        for state in states { registry.leave(state, now: 0) }
        #expect(registry.count == 1)
        #expect(registry.enter(key, cap: 1) != nil)
    }

    @Test("SEC-15: two spellings of one character are two users")
    func spellings() {
        let (composed, decomposed) = (UserID(iss: "one", subject: "\u{E9}"), UserID(iss: "one", subject: "e\u{301}"))
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, composed]).count == 2)
        let registry = UserRegistry()
        #expect(registry.enter(composed, cap: 1) != nil && registry.enter(decomposed, cap: 1) != nil)
        #expect(registry.enter(composed, cap: 1) == nil)
    }

    private static let second: Int64 = 1_000_000_000
    private static let limit = RateLimit(count: 1, burst: 3)

    @Test("POL-12: what a user owes when his last session ends he finds again, until it is settled")
    func debtStays() throws {
        let registry = UserRegistry(capacity: 8)
        let key = UserID(iss: "one", subject: "alice")
        let first = try #require(registry.enter(key, cap: 2))
        for _ in 0..<3 { #expect(first.takeMessage(Self.limit, now: 0)) }
        registry.leave(first, now: 0)
        #expect(registry.count == 0)
        let second = try #require(registry.enter(key, cap: 2))
        #expect(!second.takeMessage(Self.limit, now: 0))
        #expect(second.takeMessage(Self.limit, now: Self.second))
        registry.leave(second, now: Self.second)
        let third = try #require(registry.enter(key, cap: 2))
        for _ in 0..<3 { #expect(third.takeMessage(Self.limit, now: 4 * Self.second)) }
    }

    @Test("POL-12: what leads to a ban is counted over all sessions of a user, and for nobody else; the ban begins a new count")
    func violationsStay() throws {
        let registry = UserRegistry(capacity: 8)
        func violate(_ subject: String, policy: Int = 0) throws -> Bool {
            let user = try #require(registry.enter(UserID(iss: "one", subject: subject), cap: 1))
            defer { registry.leave(user, now: Self.second) }
            return user.violate(policy, window: 60 * Self.second, limit: 3, now: Self.second)
        }
        // More users than there is room for: whoever gets a place has broken no rule yet.
        for number in 0..<20 { #expect(try !violate("u\(number)")) }
        #expect(try (0..<3).map { _ in try violate("alice") } == [false, false, true])
        #expect(try !violate("alice"))
        #expect(try !violate("alice", policy: 1))
    }

    @Test("POL-12: users without number push out the smallest debts only, and none of them is a newcomer's")
    func smallestDebtMakesWay() throws {
        let registry = UserRegistry(capacity: 8)
        func spend(_ subject: String, _ messages: Int) throws {
            let user = try #require(registry.enter(UserID(iss: "one", subject: subject), cap: 1))
            for _ in 0..<messages { #expect(user.takeMessage(Self.limit, now: 0), "a newcomer owes nothing") }
            registry.leave(user, now: 0)
        }
        try spend("debtor", 3)
        for number in 0..<100 { try spend("u\(number)", 2) }
        let debtor = try #require(registry.enter(UserID(iss: "one", subject: "debtor"), cap: 1))
        #expect(!debtor.takeMessage(Self.limit, now: 0), "the largest debt stays")
    }

    @Test("a cap of nothing lets nobody in, and remembers nobody")
    func nobody() {
        let registry = UserRegistry()
        #expect(registry.enter(UserID(iss: "one", subject: "alice"), cap: 0) == nil)
        #expect(registry.count == 0)
    }

    @Test("POL-12: a ban ends at its instant, and a later one is not shortened by an earlier one")
    func bans() {
        let bans = TemporaryBans<UserID>()
        let key = UserID(iss: "one", subject: "alice")
        #expect(!bans.contains(key, now: 0))
        bans.ban(key, until: 100)
        bans.ban(key, until: 50)
        #expect(bans.contains(key, now: 99))
        #expect(!bans.contains(UserID(iss: "two", subject: "alice"), now: 99))
        #expect(!bans.contains(key, now: 100))
        #expect(!bans.contains(key, now: 99))
    }
}
