import COpenSSL
import GatehouseJSON
import Testing

@testable import GatehouseTokens

@Suite("Looking at a token")
struct TokenInspectionTests {
    @Test("SEC-48: a token is taken apart without a key, its times in words")
    func inspection() throws {
        let text = try TestIssuer(.es256).token()
        let inspection = try TokenInspection(text, now: TestKeys.now + 10)
        #expect(inspection.header["alg"] == "ES256" && inspection.claims["sub"] == "alice" && inspection.signatureBytes == 64)
        #expect(inspection.times == ["iat 2027-01-15T08:00:00Z, 10 s ago", "exp 2027-01-15T08:10:00Z, in 9 min 50 s"])
        #expect(throws: TokenRefusal.self) { _ = try TokenInspection("a.b", now: 0) }
    }

    @Test(
        "A time is told in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_709_164_799, "2024-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"), (-1, nil), (253_402_300_800, nil),
        ] as [(Double, String?)])
    func utc(seconds: Double, expected: String?) {
        #expect(EpochText.utc(seconds) == expected)
    }

    @Test(
        "A distance is told in its two largest units",
        arguments: [(0, "now"), (59, "in 59 s"), (3600, "in 1 h"), (-90_061, "1 d 1 h ago"), (1e300, nil)] as [(Double, String?)])
    func distance(seconds: Double, expected: String?) {
        #expect(EpochText.distance(from: 0, to: seconds) == expected)
    }

    @Test(
        "A failed verification leaves OpenSSL's error queue of the thread empty", arguments: SigningAlgorithm.allCases, ["at+jwt", "JWT"])
    func errorQueue(algorithm: SigningAlgorithm, typ: String) throws {
        let issuer = try TestIssuer(algorithm)
        var header = TestIssuer.header(algorithm)
        header["typ"] = .string(typ)
        let token = try StrictToken(Array(issuer.token(header).utf8))
        let forged = String(decoding: token.signingInput, as: UTF8.self) + "." + Base64.url.encode(token.signature.map { $0 ^ 0xFF })
        #expect(issuer.refusal(of: forged) == "bad_signature")
        #expect(ERR_peek_error() == 0)
        #expect(throws: TokenKeyError.self) { _ = try PublicKey(der: [0x30, 0x01, 0xFF]) }
        #expect(ERR_peek_error() == 0)
    }
}
