import GatehouseJSON
import Testing

@testable import GatehouseTokens

@Suite("The cache of verified tokens")
struct TokenCacheTests {
    @Test("SEC-40: a verified token is found again, and is the same object")
    func hit() throws {
        let issuer = try TestIssuer(cacheCapacity: 8)
        let text = try issuer.token()
        let first = try issuer.verifier.verify(text, now: TestKeys.now)
        #expect(try issuer.verifier.verify(text, now: TestKeys.now + 1) === first)
        #expect(issuer.verifier.cachedTokens == 1)
    }

    @Test("The digest is SHA-256")
    func digest() {
        #expect(
            "\(TokenDigest(of: Array("abc".utf8)).map(String.init(describing:)) ?? "")"
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test("SEC-40: an entry ends at exp, whatever the leeway")
    func ends() throws {
        let issuer = try TestIssuer(cacheCapacity: 8)
        let text = try issuer.token()
        let first = try issuer.verifier.verify(text, now: TestKeys.now)
        #expect(try issuer.verifier.verify(text, now: TestKeys.now + 599) === first)
        #expect(issuer.refusal(of: text, now: TestKeys.now + 600) == "expired")
        #expect(issuer.verifier.cachedTokens == 0)
    }

    @Test("SEC-40: a clock set back does not revive a token that is not valid yet")
    func clockSetBack() throws {
        let issuer = try TestIssuer(cacheCapacity: 8)
        let text = try issuer.token()
        _ = try issuer.verifier.verify(text, now: TestKeys.now)
        #expect(issuer.refusal(of: text, now: TestKeys.now - 31) == "iat")
    }

    @Test("SEC-40: a refused token is not kept")
    func positiveOnly() throws {
        let issuer = try TestIssuer(cacheCapacity: 8)
        let forged = String(try issuer.token().dropLast(4)) + "AAAA"
        for _ in 0..<3 { #expect(issuer.refusal(of: forged) == "bad_signature") }
        #expect(issuer.verifier.cachedTokens == 0)
    }

    @Test("SEC-40: emptied, it verifies afresh")
    func emptied() throws {
        let issuer = try TestIssuer(cacheCapacity: 8)
        let text = try issuer.token()
        let first = try issuer.verifier.verify(text, now: TestKeys.now)
        issuer.verifier.emptyCache()
        #expect(issuer.verifier.cachedTokens == 0)
        #expect(try issuer.verifier.verify(text, now: TestKeys.now) !== first)
    }

    @Test("SEC-40: a key that is gone verifies nothing, not even what it verified before; an overlap serves both")
    func rotation() throws {
        let (old, new) = (try TestKeys.verificationKey(.es256, kid: "old"), try KeyPair.privatePEM(for: .es256))
        let next = try VerificationKey(pem: new, algorithm: .es256, kid: "new")
        func verifier(_ keys: [VerificationKey]) throws -> TokenVerifier {
            try TokenVerifier([
                IssuerConfiguration(
                    name: "corp", iss: TestIssuer.iss, audience: ["gatehouse"], keys: keys.map { .key($0) }, algorithms: [.es256])
            ])
        }
        let current = CurrentTokenVerifier(try verifier([old]))
        let text = try TestIssuer(.es256, kid: "old").token()
        let fresh = try TestSignature.compact(
            header: JSONValue.object(TestIssuer.header(.es256, kid: "new")).serialized,
            claims: JSONValue.object(TestIssuer.claims).serialized, secret: new, algorithm: .es256)
        #expect(throws: Never.self) { _ = try current.current.verify(text, now: TestKeys.now) }
        #expect(throws: TokenRefusal.self) { _ = try current.current.verify(fresh, now: TestKeys.now) }
        current.replace(with: try verifier([old, next]))
        for token in [text, fresh] { #expect(throws: Never.self) { _ = try current.current.verify(token, now: TestKeys.now) } }
        current.replace(with: try verifier([next]))
        #expect(throws: TokenRefusal.self) { _ = try current.current.verify(text, now: TestKeys.now) }
        #expect(throws: Never.self) { _ = try current.current.verify(fresh, now: TestKeys.now) }
    }

    @Test("SEC-40: it is bounded, and forgets what was not used for longest")
    func bounded() {
        var cache = LeastRecentlyUsed<Int, Int>(capacity: 3)
        for key in 1...3 { cache.insert(key * 10, for: key) }
        #expect(cache.value(for: 1) == 10)
        cache.insert(40, for: 4)
        #expect(cache.count == 3 && cache.value(for: 2) == nil && cache.value(for: 1) == 10 && cache.value(for: 3) == 30)
        var none = LeastRecentlyUsed<Int, Int>(capacity: 0)
        none.insert(1, for: 1)
        #expect(none.count == 0 && none.value(for: 1) == nil)
    }

    @Test("SEC-40: it agrees with a plain list under any sequence of operations", arguments: [1, 2, 3, 7])
    func model(capacity: Int) {
        var cache = LeastRecentlyUsed<Int, Int>(capacity: capacity)
        var list: [(key: Int, value: Int)] = []
        for step in 0..<5000 {
            let key = Int.random(in: 0..<(capacity * 2 + 1))
            switch Int.random(in: 0..<20) {
            case 0..<8:
                list.removeAll { $0.key == key }
                list.append((key, step))
                if list.count > capacity { list.removeFirst() }
                cache.insert(step, for: key)
            case 8..<16:
                let expected = list.first { $0.key == key }
                #expect(cache.value(for: key) == expected?.value)
                if let expected {
                    list.removeAll { $0.key == key }
                    list.append(expected)
                }
            case 16..<19:
                list.removeAll { $0.key == key }
                cache.remove(key)
            default:
                guard step % 50 == 0 else { continue }
                list.removeAll()
                cache.removeAll()
            }
            #expect(cache.count == list.count)
        }
    }

    @Test("SEC-40: many threads at once see only whole answers")
    func threads() async throws {
        let issuer = try TestIssuer(.hs256, cacheCapacity: 2)
        let texts = try (0..<4).map { number in
            var claims = TestIssuer.claims
            claims["sub"] = .string("user\(number)")
            return try issuer.token(nil, claims)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for round in 0..<500 {
                        let number = round % 4
                        let token = try issuer.verifier.verify(texts[number], now: TestKeys.now)
                        #expect(token.sub == "user\(number)")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(issuer.verifier.cachedTokens <= 2)
    }
}
