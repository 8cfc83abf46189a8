import GatehouseJSON
import Testing

@testable import GatehouseTokens

@Suite("Issuing tokens")
struct TokenIssuingTests {
    static let issuing: [SigningAlgorithm] = [.hs256, .hs384, .hs512, .rs256, .rs384, .rs512, .es256, .es384, .es512]

    private func issuer(_ algorithm: SigningAlgorithm, typ: String = "at+jwt") throws -> TokenIssuer {
        try TokenIssuer(key: TestKeys.signingKey(algorithm), iss: TestIssuer.iss, audience: ["gatehouse"], typ: typ)
    }

    @Test("SEC-37: libjwt writes every token of typ JWT in the HS, RS and ES families", arguments: SigningAlgorithm.allCases)
    func libraryInUse(algorithm: SigningAlgorithm) {
        #expect(SignedText.isWrittenByLibjwt(typ: "JWT", algorithm: algorithm) == Self.issuing.contains(algorithm))
        #expect(!SignedText.isWrittenByLibjwt(typ: "at+jwt", algorithm: algorithm))
    }

    @Test("SEC-37: what is issued is accepted by the verifier", arguments: SigningAlgorithm.allCases, ["at+jwt", "JWT"])
    func issuedTokenIsAccepted(algorithm: SigningAlgorithm, typ: String) throws {
        let request = TokenRequest(
            subject: "alice", clientID: "web", lifetime: 300, authTime: Int64(TestKeys.now) - 5, amr: ["pwd", "otp"],
            claims: ["realm_access": ["roles": ["user"]]])
        let issued = try issuer(algorithm, typ: typ).issue(request, now: Int64(TestKeys.now))
        let token = try TestIssuer(algorithm, change: { $0.typ = [typ] }).verifier.verify(issued.text, now: TestKeys.now)
        #expect(token.sub == "alice" && token.iss == TestIssuer.iss && token.issuer == "corp")
        #expect(token.jti == issued.jti && token.exp == TestKeys.now + 300 && token.iat == TestKeys.now)
        #expect(token.authTime == TestKeys.now - 5)
        let roles: JSONPointer = "/realm_access/roles"
        #expect(token.claims.value(at: roles) == ["user"])
    }

    @Test("SEC-14: libjwt writes an ECDSA signature as r || s", arguments: [SigningAlgorithm.es256, .es384, .es512])
    func signatureIsRaw(algorithm: SigningAlgorithm) throws {
        for _ in 0..<20 {
            let issued = try issuer(algorithm, typ: "JWT").issue(TokenRequest(subject: "a", clientID: "b"), now: Int64(TestKeys.now))
            let token = try StrictToken(Array(issued.text.utf8))
            #expect(token.signature.count == (algorithm.curve?.coordinateBytes ?? 0) * 2)
        }
    }

    @Test("SEC-06: every token has a jti of 128 random bits")
    func identifiersAreUnique() throws {
        let issuer = try issuer(.hs256)
        let identifiers = try (0..<100).map { _ in
            try issuer.issue(TokenRequest(subject: "a", clientID: "b"), now: Int64(TestKeys.now)).jti
        }
        #expect(Set(identifiers).count == 100 && identifiers.allSatisfy { $0.utf8.count == 22 })
    }

    @Test(
        "A request that contradicts itself is refused",
        arguments: [
            TokenRequest(subject: "", clientID: "b"), TokenRequest(subject: "a", clientID: ""),
            TokenRequest(subject: "a", clientID: "b", lifetime: 0), TokenRequest(subject: "a", clientID: "b", lifetime: .max),
            TokenRequest(subject: "a", clientID: "b", claims: ["iss": "other"]),
            TokenRequest(subject: "a", clientID: "b", claims: ["exp": 1]),
        ])
    func contradiction(request: TokenRequest) throws {
        let issuer = try issuer(.hs256)
        #expect { _ = try issuer.issue(request, now: 1) } throws: { ($0 as? TokenKeyError)?.code == .configuration }
    }

    @Test("SEC-14: a token that would be larger than 8 KiB is not handed out")
    func tooLarge() throws {
        let request = TokenRequest(subject: "a", clientID: "b", claims: ["big": .string(String(repeating: "x", count: 8192))])
        let issuer = try issuer(.hs256)
        #expect { _ = try issuer.issue(request, now: 1) } throws: { ($0 as? TokenKeyError)?.code == .library }
    }
}
