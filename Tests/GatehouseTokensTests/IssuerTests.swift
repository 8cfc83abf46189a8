import GatehouseJSON
import Testing

@testable import GatehouseTokens

@Suite("Issuers and their keys")
struct IssuerTests {
    private func configuration(_ name: String, _ key: VerificationKey, change: (inout IssuerConfiguration) -> Void = { _ in })
        -> IssuerConfiguration
    {
        var configuration = IssuerConfiguration(
            name: name, iss: "https://\(name)", audience: ["gatehouse"], keys: [.key(key)], algorithms: [key.algorithm])
        change(&configuration)
        return configuration
    }

    private func token(iss: String, kid: String?, pem: SecretBytes) throws -> String {
        var claims = TestIssuer.claims
        claims["iss"] = .string(iss)
        return try TestSignature.compact(
            header: JSONValue.object(TestIssuer.header(.es256, kid: kid)).serialized, claims: JSONValue.object(claims).serialized,
            secret: pem, algorithm: .es256)
    }

    @Test("SEC-09: two issuers with the same kid do not accept each other's tokens")
    func crossSigned() throws {
        let (a, b) = (try KeyPair.privatePEM(for: .es256), try KeyPair.privatePEM(for: .es256))
        let verifier = try TokenVerifier([
            configuration("a", VerificationKey(pem: a, algorithm: .es256, kid: "k1")),
            configuration("b", VerificationKey(pem: b, algorithm: .es256, kid: "k1")),
        ])
        for (iss, pem, accepted) in [("https://a", a, true), ("https://b", b, true), ("https://a", b, false), ("https://b", a, false)] {
            let text = try token(iss: iss, kid: "k1", pem: pem)
            if accepted {
                #expect(try verifier.verify(text, now: TestKeys.now).iss == iss)
            } else {
                #expect { _ = try verifier.verify(text, now: TestKeys.now) } throws: { ($0 as? TokenRefusal)?.reason == .badSignature }
            }
        }
    }

    @Test("SEC-09: with several keys the kid is needed, and it is exact")
    func severalKeys() throws {
        let (a, b) = (try KeyPair.privatePEM(for: .es256), try KeyPair.privatePEM(for: .es256))
        let first = try VerificationKey(pem: a, algorithm: .es256, kid: "a\u{E9}")
        let second = try VerificationKey(pem: b, algorithm: .es256, kid: "b")
        let verifier = try TokenVerifier([configuration("x", first) { $0.keys.append(.key(second)) }])
        #expect(try verifier.verify(token(iss: "https://x", kid: "a\u{E9}", pem: a), now: TestKeys.now).issuer == "x")
        #expect(try verifier.verify(token(iss: "https://x", kid: "b", pem: b), now: TestKeys.now).issuer == "x")
        for kid in [nil, "B", "c", "../../etc/passwd", "ae\u{301}", "a\u{E9} "] {
            let text = try token(iss: "https://x", kid: kid, pem: a)
            #expect { _ = try verifier.verify(text, now: TestKeys.now) } throws: { ($0 as? TokenRefusal)?.reason == .unknownKey }
        }
    }

    @Test("SEC-09: an issuer's only key serves tokens without kid, but not those with another")
    func onlyKey() throws {
        let issuer = try TestIssuer(.es256, kid: nil)
        #expect(issuer.refusal(of: try issuer.token(TestIssuer.header(.es256, kid: nil))) == nil)
        #expect(issuer.refusal(of: try issuer.token(TestIssuer.header(.es256, kid: "k1"))) == "unknown_key")
        let named = try TestIssuer(.es256, kid: "k1")
        #expect(named.refusal(of: try named.token(TestIssuer.header(.es256, kid: nil))) == nil)
    }

    @Test("A configuration that contradicts itself is refused, and says where", arguments: 0..<15)
    func refusedConfiguration(row: Int) throws {
        let key = try TestKeys.verificationKey(.es256)
        let other = try TestKeys.verificationKey(.es256, kid: "k2")
        let nameless = try TestKeys.verificationKey(.es256, kid: nil)
        let changes: [(inout IssuerConfiguration) -> Void] = [
            { $0.iss = "" }, { $0.audience = [] }, { $0.audience = ["a", ""] }, { $0.keys = [] }, { $0.algorithms = [] },
            { $0.algorithms = [.es256, .rs256] }, { $0.algorithms = [.rs256, .ps256] }, { $0.typ = [] },
            { $0.typ = ["at+jwt", "DPoP+jwt"] },
            { $0.leeway = 61 }, { $0.leeway = -1 }, { $0.leeway = .nan }, { $0.maxLifetime = 0 }, { $0.maxLifetime = .infinity },
            { $0.requiredValues = [RequiredValue(name: "azp", pointer: "/azp", values: [])] },
        ]
        let refused = configuration("corp", key, change: changes[row])
        #expect { _ = try IssuerSet([refused]) } throws: { error in
            guard let error = error as? TokenKeyError else { return false }
            return error.code == .configuration && error.message.contains("issuer corp")
        }
        for keys in [[key, key], [nameless, other], [nameless, nameless]] {
            let refused = configuration("corp", key) { $0.keys = keys.map { .key($0) } }
            #expect { _ = try IssuerSet([refused]) } throws: { ($0 as? TokenKeyError)?.code == .keyID }
        }
    }

    @Test("SEC-08: a key for an algorithm that its issuer does not have is refused")
    func foreignAlgorithm() throws {
        let refused = configuration("corp", try TestKeys.verificationKey(.es256)) { $0.algorithms = [.es384] }
        #expect { _ = try IssuerSet([refused]) } throws: { ($0 as? TokenKeyError)?.code == .algorithmMismatch }
    }

    @Test("SEC-15: two entries for one iss or of one name are refused")
    func twoEntries() throws {
        let key = try TestKeys.verificationKey(.es256)
        #expect { _ = try IssuerSet([configuration("a", key), configuration("b", key) { $0.iss = "https://a" }]) } throws: {
            ($0 as? TokenKeyError)?.code == .configuration
        }
        #expect { _ = try IssuerSet([configuration("a", key), configuration("a", key) { $0.iss = "https://b" }]) } throws: {
            ($0 as? TokenKeyError)?.code == .configuration
        }
    }

    @Test("SEC-08: an issuer with several algorithms of a family pins each key to its own")
    func severalAlgorithms() throws {
        let keys = [try TestKeys.verificationKey(.es256, kid: "a"), try TestKeys.verificationKey(.es384, kid: "b")]
        let verifier = try TokenVerifier([
            configuration("x", keys[0]) {
                $0.keys = keys.map { .key($0) }
                $0.algorithms = [.es256, .es384]
            }
        ])
        let mixed = try token(iss: "https://x", kid: "b", pem: TestKeys.secret(.es256))
        #expect { _ = try verifier.verify(mixed, now: TestKeys.now) } throws: { ($0 as? TokenRefusal)?.reason == .algorithmMismatch }
        #expect(try verifier.verify(token(iss: "https://x", kid: "a", pem: TestKeys.secret(.es256)), now: TestKeys.now).sub == "alice")
    }
}
