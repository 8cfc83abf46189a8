import GatehouseJSON
import Testing

@testable import GatehouseTokens

@Suite("JWK Sets")
struct JWKSetTests {
    private static let asymmetric = SigningAlgorithm.allCases.filter { $0.family != .hmac }

    /// Why a set is refused, or its first key left out; nil if that is used.
    private func code(_ text: String, _ algorithms: [SigningAlgorithm] = [.es256]) -> TokenKeyError.Code? {
        do {
            return try JWKSet(text: text, algorithms: algorithms).leftOut.first?.reason
        } catch { return error.code }
    }

    /// A set of one key with some members changed (nil: taken out).
    private func set(_ algorithm: SigningAlgorithm, _ changes: [(String, JSONValue?)] = []) throws -> String {
        var jwk = try TestKeys.verificationKey(algorithm).publicJWK()
        for (name, value) in changes { jwk[name] = value }
        return JSONValue.object(["keys": [.object(jwk)]]).serialized
    }

    @Test("A public key written as a JWK verifies what its private key signs", arguments: asymmetric)
    func roundTrip(algorithm: SigningAlgorithm) throws {
        let key = try #require(try JWKSet(text: set(algorithm), algorithms: [algorithm]).keys.first)
        #expect(key.kid == "k1" && key.algorithm == algorithm && !key.isDevelopment)
        #expect(key.verifies(try StrictToken(Array(TestIssuer(algorithm).token().utf8))))
        #expect(try key.thumbprint() == TestKeys.verificationKey(algorithm).thumbprint())
    }

    @Test("An octet key verifies")
    func octet() throws {
        let k = Base64.url.encode(TestKeys.bytes(try TestKeys.secret(.hs256)))
        let key = try #require(
            try JWKSet(text: "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k1\",\"k\":\"\(k)\"}]}", algorithms: [.hs256]).keys.first)
        #expect(key.verifies(try StrictToken(Array(TestIssuer(.hs256).token().utf8))))
        #expect(throws: TokenKeyError.self) { _ = try key.publicJWK() }
        #expect(throws: TokenKeyError.self) { _ = try key.thumbprint() }
    }

    @Test("The thumbprint is RFC 7638's")
    func thumbprint() throws {
        // The example of RFC 7638, section 3.1.
        let n =
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn6"
            + "4tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n9"
            + "1CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
        let text = "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"\(n)\",\"e\":\"AQAB\",\"alg\":\"RS256\",\"kid\":\"2011-04-29\"}]}"
        let key = try #require(try JWKSet(text: text, algorithms: [.rs256]).keys.first)
        #expect(try key.thumbprint() == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
    }

    @Test("SEC-08: a JWK without alg gets the one algorithm of its issuer that fits, or is refused")
    func withoutAlgorithm() throws {
        let rsa = try set(.rs256, [("alg", nil)])
        #expect(try JWKSet(text: rsa, algorithms: [.rs512]).keys.first?.algorithm == .rs512)
        #expect(code(rsa, [.rs256, .rs384]) == .configuration)
        #expect(code(rsa, [.es256]) == .algorithmMismatch)
        let elliptic = try set(.es384, [("alg", nil)])
        #expect(try JWKSet(text: elliptic, algorithms: [.es256, .es384, .es512]).keys.first?.algorithm == .es384)
    }

    @Test(
        "Keys that are not for signatures are left out",
        arguments: [
            ("use", "enc"), ("use", "SIG"), ("use", ""), ("use", 1), ("use", .null), ("key_ops", ["encrypt"]), ("key_ops", ["deriveKey"]),
            ("key_ops", ["attest", "wrapKey"]), ("key_ops", []), ("key_ops", "verify"), ("key_ops", .null), ("key_ops", [1]),
        ] as [(String, JSONValue)])
    func otherUse(name: String, value: JSONValue) throws {
        let set = try JWKSet(text: set(.es256, [(name, value)]), algorithms: [.es256])
        #expect(set.keys.isEmpty && set.leftOut.map(\.reason) == [.otherUse])
        #expect(try JWKSet(text: self.set(.es256, [("key_ops", ["encrypt", "verify"])]), algorithms: [.es256]).keys.count == 1)
    }

    @Test(
        "What is no set is refused",
        arguments: [
            "", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[1]}", "{\"keys\":[],\"keys\":[]}", "{\"keys\":[[]]}", "{\"keys\":null}",
        ])
    func noSet(text: String) {
        #expect(code(text) == .malformedKey)
    }

    @Test(
        "A broken or mismatched EC key is not used",
        arguments: [
            ("kty", "EC2", .algorithmMismatch), ("kty", nil, .algorithmMismatch), ("crv", "P-384", .contradictoryKey),
            ("crv", "secp256k1", .algorithmMismatch),
            ("crv", nil, .algorithmMismatch), ("x", nil, .malformedKey), ("x", "", .malformedKey), ("x", "AAAA", .malformedKey),
            ("x", 1, .malformedKey),
            ("y", "=", .malformedKey), ("alg", "ES384", .algorithmMismatch), ("alg", "RS256", .algorithmMismatch),
            ("alg", "HS256", .algorithmMismatch),
            ("alg", "none", .algorithmMismatch), ("alg", 1, .malformedKey), ("kid", 1, .malformedKey), ("kid", "", .keyID),
            ("x", .string(Base64.url.encode([UInt8](repeating: 1, count: 32))), .forgedKey),
            ("x", .string(Base64.url.encode([UInt8](repeating: 0xFF, count: 32))), .forgedKey),
        ] as [(String, JSONValue?, TokenKeyError.Code)])
    func brokenElliptic(name: String, value: JSONValue?, expected: TokenKeyError.Code) throws {
        #expect(try code(set(.es256, [(name, value)])) == expected)
    }

    @Test(
        "SEC-13: an RSA key with an unusable modulus or exponent is refused",
        arguments: [
            ("e", [1]), ("e", [2]), ("e", [0]), ("e", []), ("e", [1, 0, 0]), ("e", [1, 0, 0, 0, 0, 0, 0, 0, 1]), ("n", [3]),
            ("n", [UInt8](repeating: 0xFF, count: 128)), ("n", [UInt8](repeating: 0xFF, count: 1025)),
        ] as [(String, [UInt8])])
    func weakRSA(name: String, bytes: [UInt8]) throws {
        let found = try code(set(.rs256, [(name, .string(Base64.url.encode(bytes)))]), [.rs256])
        #expect(found == .weakKey || found == .malformedKey || found == .forgedKey)
    }

    @Test("SEC-13: a short octet key is refused", arguments: [0, 1, 31])
    func shortOctet(count: Int) {
        let k = Base64.url.encode([UInt8](repeating: 1, count: count))
        #expect(code("{\"keys\":[{\"kty\":\"oct\",\"k\":\"\(k)\",\"alg\":\"HS256\"}]}", [.hs256]) == .weakKey)
    }

    @Test("SEC-09: two keys of one kid are refused")
    func repeatedKid() throws {
        let directory = try TestDirectory()
        let jwk = JSONValue.object(try TestKeys.verificationKey(.es256).publicJWK())
        let path = try directory.file("set.json", JSONValue.object(["keys": [jwk, jwk]]).serialized, mode: 0o644)
        let configuration = IssuerConfiguration(name: "a", iss: "a", audience: ["b"], keys: [.jwks(path: path)], algorithms: [.es256])
        #expect { _ = try IssuerSet([configuration]) } throws: { ($0 as? TokenKeyError)?.code == .keyID }
    }
}
