import GatehouseAudit
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("Whose tokens staff have shown")
struct StaffTokensTests {
    private static let iss = "https://idp.example"

    private func token(_ jti: String, _ name: String = "boss", _ rank: StaffRank = .admin, ends: Int64 = 1_000) -> StaffToken {
        StaffToken(name: TokenName(iss: Self.iss, jti: jti), user: UserID(iss: Self.iss, subject: name), rank: rank, ends: ends)
    }

    @Test("A token is known until it ends, by its bytes")
    func known() {
        let tokens = StaffTokens()
        #expect(tokens.remember(token("e\u{301}"), now: 0) && !tokens.remember(token("e\u{301}"), now: 0))
        #expect(tokens.holder(iss: Self.iss, jti: "e\u{301}", now: 999)?.rank == .admin)
        #expect(tokens.holder(iss: Self.iss, jti: "\u{E9}", now: 0) == nil)
        #expect(tokens.holder(iss: Self.iss, jti: "e\u{301}", now: 1_000) == nil)
        #expect(!tokens.remember(token("old", ends: 5), now: 5))
        tokens.forget(now: 1_000)
        #expect(tokens.remember(token("e\u{301}", ends: 2_000), now: 1_000))
    }

    @Test("Who shows very many tokens loses his own, never another's; a moderator takes no admin's token")
    func bounded() {
        let tokens = StaffTokens(capacity: 200)
        tokens.remember(token("admin's"), now: 0)
        for number in 0..<150 { tokens.remember(token("m\(number)", "mod", .moderator, ends: 5_000), now: 0) }
        #expect(tokens.holder(iss: Self.iss, jti: "admin's", now: 0)?.user.subject == "boss")
        #expect((0..<150).count { tokens.holder(iss: Self.iss, jti: "m\($0)", now: 0) != nil } == 64)
        tokens.remember(token("admin's", "mod", .moderator), now: 0)
        #expect(tokens.holder(iss: Self.iss, jti: "admin's", now: 0)?.rank == .admin)
    }
}
