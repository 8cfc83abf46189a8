import Testing

@testable import Gatehouse

@Suite("Counting a user's connections")
struct UserRegistryTests {
    @Test("SEC-15: a user is the issuer and the subject; the cap is reached, not passed; the last to leave is forgotten")
    func caps() throws {
        let registry = UserRegistry()
        let key = UserKey(iss: "one", subject: "alice")
        let states = [registry.enter(key, cap: 2), registry.enter(key, cap: 2)].compactMap { $0 }
        #expect(states.count == 2)
        #expect(registry.enter(key, cap: 2) == nil)
        #expect(registry.enter(UserKey(iss: "two", subject: "alice"), cap: 1) != nil)
        #expect(registry.count == 2)
        for state in states { registry.leave(state) }
        #expect(registry.count == 1)
        #expect(registry.enter(key, cap: 1) != nil)
    }

    @Test("SEC-15: two spellings of one character are two users")
    func spellings() {
        let (composed, decomposed) = (UserKey(iss: "one", subject: "\u{E9}"), UserKey(iss: "one", subject: "e\u{301}"))
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, composed]).count == 2)
        let registry = UserRegistry()
        #expect(registry.enter(composed, cap: 1) != nil && registry.enter(decomposed, cap: 1) != nil)
        #expect(registry.enter(composed, cap: 1) == nil)
    }

    @Test("a cap of nothing lets nobody in, and remembers nobody")
    func nobody() {
        let registry = UserRegistry()
        #expect(registry.enter(UserKey(iss: "one", subject: "alice"), cap: 0) == nil)
        #expect(registry.count == 0)
    }

    @Test("POL-12: a ban ends at its instant, and a later one is not shortened by an earlier one")
    func bans() {
        let bans = TemporaryBans<UserKey>()
        let key = UserKey(iss: "one", subject: "alice")
        #expect(!bans.contains(key, now: 0))
        bans.ban(key, until: 100)
        bans.ban(key, until: 50)
        #expect(bans.contains(key, now: 99))
        #expect(!bans.contains(UserKey(iss: "two", subject: "alice"), now: 99))
        #expect(!bans.contains(key, now: 100))
        #expect(!bans.contains(key, now: 99))
    }
}
