import GatehouseTokens
import Testing

@testable import Gatehouse
@testable import GatehouseModeration

@Suite("How the room for revocations is shared")
struct RevocationQuotaTests {
    private static let iss = "https://idp.example"
    private static let shares = RevocationQuota.Shares(moderators: 50, tokens: 80, moderator: 10, admin: 60)

    private func token(_ number: Int, _ owner: Revocation.Owner?) -> Revocation {
        Revocation(.token(iss: Self.iss, jti: "j\(number)"), until: .max, owner: owner)
    }

    private func user(_ number: Int, _ owner: Revocation.Owner?) -> Revocation {
        Revocation(.user(iss: Self.iss, sub: "u\(number)", issuedBefore: 1), until: .max, owner: owner)
    }

    private func owner(_ name: String, isAdmin: Bool = false) -> Revocation.Owner {
        Revocation.Owner(iss: Self.iss, sub: name, isAdmin: isAdmin)
    }

    /// How many go in.
    private func fill(_ quota: inout RevocationQuota, _ revocation: (Int) -> Revocation) -> Int {
        (0..<200).first { (try? quota.take(revocation($0))) == nil } ?? 200
    }

    @Test("No moderator has more than his share of tokens; he still revokes users, and others still revoke tokens")
    func ofOne() {
        var quota = RevocationQuota(shares: Self.shares)
        #expect(fill(&quota) { token($0, owner("mod")) } == 10)
        #expect(fill(&quota) { user($0, owner("mod")) } == 10)
        #expect(quota.hasRoom(for: token(0, owner("other"))) && quota.hasRoom(for: token(0, owner("boss", isAdmin: true))))
    }

    @Test("Whatever moderators do together, half of the room is for admins")
    func ofModerators() {
        var quota = RevocationQuota(shares: Self.shares)
        let taken = (0..<9).reduce(0) { sum, mod in sum + fill(&quota) { token($0, owner("mod\(mod)")) } }
        #expect(taken == 50)
        #expect(!quota.hasRoom(for: user(1, owner("late"))) && quota.hasRoom(for: user(1, owner("boss", isAdmin: true))))
    }

    @Test("However many tokens are revoked, by admins too, users can be revoked")
    func ofTokens() {
        var quota = RevocationQuota(shares: Self.shares)
        let taken = ["a", "b", "c"].reduce(0) { sum, admin in sum + fill(&quota) { token($0, owner(admin, isAdmin: true)) } }
        #expect(taken == 80)
        #expect(!quota.hasRoom(for: token(1, owner("d", isAdmin: true))) && quota.hasRoom(for: user(1, owner("d", isAdmin: true))))
        #expect(!quota.hasRoom(for: token(1, nil)))
    }

    @Test("What has ended gives its room back, and a restart finds what was taken")
    func givesBack() {
        var quota = RevocationQuota((0..<10).map { token($0, owner("mod")) }, shares: Self.shares)
        #expect(!quota.hasRoom(for: token(10, owner("mod"))))
        quota.giveBack(token(3, owner("mod")))
        #expect(quota.hasRoom(for: token(10, owner("mod"))))
    }

    @Test("The shares leave room for each other")
    func shares() {
        let shares = RevocationQuota.Shares()
        #expect(shares.moderators < RevocationList.capacity && shares.tokens < RevocationList.capacity)
        #expect(shares.moderator < shares.admin && shares.admin < shares.tokens)
    }
}
