import Testing

@testable import GatehouseTokens

@Suite("The revocations in force")
struct RevocationListTests {
    private static let iss = "https://idp.example"
    private static let now: Int64 = 1_800_000_000_000
    private static let later = now + 3_600_000

    private func token(_ sub: String = "alice", jti: String? = "j1", iat: Double? = 1_800_000_000, iss: String = iss) -> TokenIdentity {
        TokenIdentity(iss: iss, sub: sub, jti: jti, iat: iat)
    }

    private func list(_ subjects: Revocation.Subject..., until: Int64 = later) throws -> RevocationList {
        try subjects.reduce(RevocationList()) { try $0.adding(Revocation($1, until: until), now: Self.now) }
    }

    @Test("SEC-17: a token is revoked by its name at its issuer, and no other is")
    func byName() throws {
        let list = try list(.token(iss: Self.iss, jti: "j1"))
        #expect(list.verdict(on: token(), now: Self.now) == .revoked)
        #expect(list.verdict(on: token("bob"), now: Self.now) == .revoked)
        #expect(list.verdict(on: token(jti: "j2"), now: Self.now) == .good)
        #expect(list.verdict(on: token(jti: nil), now: Self.now) == .good)
        #expect(list.verdict(on: token(iss: "https://other.example"), now: Self.now) == .good)
    }

    static let dates: [(Double?, Bool)] = [
        (1_799_999_999, true), (1_799_999_999.9, true), (1_800_000_000, false), (1_800_000_001, false), (nil, true), (.nan, true),
    ]

    @Test("SEC-17: a user's tokens are revoked if they were issued before the instant, or do not say when", arguments: dates)
    func byUser(_ iat: Double?, _ isRevoked: Bool) throws {
        let list = try list(.user(iss: Self.iss, sub: "alice", issuedBefore: 1_800_000_000))
        #expect(list.verdict(on: token(iat: iat), now: Self.now) == (isRevoked ? .revoked : .good))
        #expect(list.verdict(on: token("bob", iat: iat), now: Self.now) == .good)
        #expect(list.verdict(on: token(iat: iat, iss: "https://other.example"), now: Self.now) == .good)
    }

    @Test("SEC-15: names that only look alike are those of two users")
    func bytes() throws {
        let list = try list(.user(iss: Self.iss, sub: "Zoe\u{308}", issuedBefore: 1_900_000_000), .token(iss: Self.iss, jti: "e\u{301}"))
        #expect(list.verdict(on: token("Zoe\u{308}"), now: Self.now) == .revoked)
        #expect(list.verdict(on: token("Zo\u{EB}"), now: Self.now) == .good)
        #expect(list.verdict(on: token(jti: "\u{E9}"), now: Self.now) == .good)
    }

    @Test("MOD-34: an entry has no effect from its end on, and is gone once it is taken out")
    func end() throws {
        let list = try list(.token(iss: Self.iss, jti: "j1")).adding(
            Revocation(.token(iss: Self.iss, jti: "j2"), until: Self.later + 1), now: Self.now)
        #expect(list.verdict(on: token(), now: Self.later - 1) == .revoked)
        #expect(list.verdict(on: token(), now: Self.later) == .good)
        var rest = list
        #expect(rest.removeEnded(at: Self.later - 1).isEmpty)
        let ended = rest.removeEnded(at: Self.later)
        #expect(ended == [Revocation(.token(iss: Self.iss, jti: "j1"), until: Self.later)])
        #expect(rest.count == 1 && rest.verdict(on: token(jti: "j2"), now: Self.now) == .revoked)
    }

    @Test("SEC-17: a second revocation never makes the first one weaker")
    func merging() throws {
        let strong = Revocation(.user(iss: Self.iss, sub: "alice", issuedBefore: 1_800_000_100), until: Self.later)
        let weak = Revocation(.user(iss: Self.iss, sub: "alice", issuedBefore: 1_700_000_000), until: Self.now + 1)
        for order in [[strong, weak], [weak, strong]] {
            let list = try order.reduce(RevocationList()) { try $0.adding($1, now: Self.now) }
            #expect(list.count == 1 && Array(list.revocations) == [strong])
        }
    }

    private func ask(_ instant: Int64, by: Int64) -> Revocation {
        Revocation(.reauthentication(iss: Self.iss, sub: "alice", issuedBefore: instant, by: by), until: Self.later)
    }

    @Test("user.reauth: older tokens are good until the limit, which a later request never moves back")
    func reauthentication() throws {
        let once = try RevocationList().adding(ask(1_800_000_001, by: Self.now + 60_000), now: Self.now)
        #expect(once.verdict(on: token(), now: Self.now) == .reauthenticate(by: Self.now + 60_000, issuedSince: 1_800_000_001))
        #expect(once.verdict(on: token(iat: 1_800_000_001), now: Self.now) == .good)
        for (by, expected) in [(90_000, 60_000), (30_000, 30_000)] as [(Int64, Int64)] {
            let twice = try once.adding(ask(1_800_000_000, by: Self.now + by), now: Self.now + 1)
            #expect(
                twice.verdict(on: token(), now: Self.now) == .reauthenticate(by: Self.now + expected, issuedSince: 1_800_000_001))
        }
        let revoked = try once.adding(
            Revocation(.user(iss: Self.iss, sub: "alice", issuedBefore: 1_800_000_001), until: Self.later), now: Self.now)
        #expect(revoked.verdict(on: token(), now: Self.now) == .revoked)
    }

    @Test(
        "SEC-17, MOD-07: a token that one user.reauth has ended stays ended when another one comes", arguments: [60_000, 60_001, 3_000_000])
    func endedStaysEnded(_ delay: Int64) throws {
        let second = Self.now + delay
        let once = try RevocationList().adding(ask(1_800_000_001, by: Self.now + 60_000), now: Self.now)
        let again = ask(second / 1_000, by: second + 86_400_000)
        let twice = try once.adding(again, now: second)
        #expect(twice.verdict(on: token(), now: second) == .revoked)
        // A token that the first request did not mean is asked for by the second one.
        #expect(
            twice.verdict(on: token(iat: 1_800_000_002), now: second)
                == .reauthenticate(by: second + 86_400_000, issuedSince: second / 1_000))
        // What is kept in the store says the same.
        var kept = RevocationList()
        for change in once.changes(by: again, now: second) { try kept.insert(change) }
        #expect(kept.verdict(on: token(), now: second) == .revoked && kept.count == 2)
        // A third one, and a stronger revocation from before, change nothing of it.
        let strong = Revocation(.user(iss: Self.iss, sub: "alice", issuedBefore: 1_800_000_050), until: .max)
        let thrice = try twice.adding(strong, now: second).adding(ask(second / 1_000 + 9, by: second + 1), now: second + 86_400_000)
        #expect(
            thrice.revocations.contains { $0 == Revocation(.user(iss: Self.iss, sub: "alice", issuedBefore: 1_800_000_050), until: .max) })
        #expect(thrice.verdict(on: token(), now: second) == .revoked)
    }

    @Test("SEC-17: a full list has no room for what a request leaves behind, and keeps the first one")
    func fullOfLapsed() throws {
        var list = RevocationList(capacity: 1)
        list = try list.adding(ask(1_800_000_001, by: Self.now), now: Self.now - 1)
        #expect(throws: RevocationError.self) { try list.adding(ask(1_800_000_009, by: Self.now + 9_000), now: Self.now + 1) }
        #expect(list.verdict(on: token(), now: Self.now + 1) == .reauthenticate(by: Self.now, issuedSince: 1_800_000_001))
    }

    @Test("SEC-17: a full list refuses a new entry and forgets none; a stronger one of a known user still goes in")
    func bounded() throws {
        var list = RevocationList(capacity: 2)
        for name in ["a", "b"] { list = try list.adding(Revocation(.token(iss: Self.iss, jti: name), until: Self.later), now: Self.now) }
        #expect(list.isFull)
        let error = #expect(throws: RevocationError.self) {
            try list.adding(Revocation(.token(iss: Self.iss, jti: "c"), until: Self.later), now: Self.now)
        }
        #expect(error?.code == .full)
        list = try list.adding(Revocation(.token(iss: Self.iss, jti: "b"), until: Self.later + 1), now: Self.now)
        for name in ["a", "b"] { #expect(list.verdict(on: token(jti: name), now: Self.now) == .revoked) }
        #expect(list.removeEnded(at: Self.later).count == 1 && !list.isFull)
    }

    @Test("Names that no token can hold are refused", arguments: ["", String(repeating: "x", count: 513)])
    func names(_ name: String) {
        #expect(throws: RevocationError.self) {
            try RevocationList().adding(Revocation(.token(iss: Self.iss, jti: name), until: Self.later), now: Self.now)
        }
        #expect(throws: RevocationError.self) {
            try RevocationList().adding(Revocation(.token(iss: name, jti: "j"), until: Self.later), now: Self.now)
        }
    }

    @Test("SEC-17: it agrees with a plain list of all that was ever revoked")
    func model() throws {
        var list = RevocationList()
        var all: [Revocation] = []
        for _ in 0..<300 {
            let name = "n\(Int.random(in: 0..<6))"
            let instant = Int64.random(in: 0..<100)
            let subject: Revocation.Subject =
                switch Int.random(in: 0..<50) {
                case 0: .issuer(iss: Self.iss, issuedBefore: instant / 4)
                case 1..<25: .token(iss: Self.iss, jti: name)
                default: .user(iss: Self.iss, sub: name, issuedBefore: instant)
                }
            let revocation = Revocation(subject, until: 2_000)
            all.append(revocation)
            list = try list.adding(revocation, now: 0)
            let asked = TokenIdentity(
                iss: Self.iss, sub: "n\(Int.random(in: 0..<6))", jti: "n\(Int.random(in: 0..<6))", iat: Double(Int.random(in: 0..<120)))
            let isRevoked = all.contains { revocation in
                switch revocation.subject {
                case .token(_, let jti): jti == asked.jti
                case .user(_, let sub, let instant): sub == asked.sub && (asked.iat ?? 0) < Double(instant)
                case .issuer(_, let instant): (asked.iat ?? 0) < Double(instant)
                case .reauthentication: false
                }
            }
            #expect(list.verdict(on: asked, now: 1_000) == (isRevoked ? .revoked : .good))
            #expect(list.verdict(on: asked, now: 2_000) == .good)
        }
    }

    @Test("SEC-17, SEC-40: a verified token is asked about on every cache hit, and after a change of keys")
    func cached() throws {
        let issuer = try TestIssuer(cacheCapacity: 8)
        let current = CurrentTokenVerifier(issuer.verifier)
        let text = try issuer.token()
        let now = Int64(TestKeys.now) * 1_000
        _ = try current.verify(text, now: now)
        #expect(issuer.verifier.cachedTokens == 1)
        let iss = TestIssuer.iss
        current.revocations.replace(with: try list(.token(iss: iss, jti: "j1"), until: now + 10_000))
        func code() -> TokenRefusal.Code? {
            do throws(TokenRefusal) {
                _ = try current.verify(text, now: now)
                return nil
            } catch {
                #expect(error.issuer == "corp")
                return error.code
            }
        }
        #expect(code() == .tokenRevoked)
        current.replace(with: try TestIssuer(cacheCapacity: 8).verifier)
        #expect(code() == .tokenRevoked)
        let asked = Int64(TestKeys.now) + 1
        func askBy(_ by: Int64) throws {
            current.revocations.replace(
                with: try list(.reauthentication(iss: iss, sub: "alice", issuedBefore: asked, by: by), until: now + 10_000))
        }
        try askBy(now + 1)
        #expect(code() == nil)
        try askBy(now)
        #expect(code() == .tokenRevoked)
    }
}
