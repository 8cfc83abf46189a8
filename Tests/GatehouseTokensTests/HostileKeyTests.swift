import COpenSSL
import GatehouseJSON
import Testing

@testable import GatehouseTokens

/// Keys that must not be loaded, each with the code of what is wrong with it. Those that would be used refuse their set, the others are
/// left out.
@Suite("Hostile keys (SEC-08, SEC-13)")
struct HostileKeyTests {
    /// A key pair of a curve that `KeyPair` does not make.
    static func ed448PEM() throws -> SecretBytes {
        let pem = unsafe BIO_new(BIO_s_mem())
        defer { unsafe BIO_free(pem) }
        var key: OpaquePointer?
        let context = unsafe EVP_PKEY_CTX_new_id(NID_ED448, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        guard unsafe EVP_PKEY_keygen_init(context) == 1, unsafe EVP_PKEY_keygen(context, &key) == 1 else { throw TestKeys.Missing() }
        defer { unsafe EVP_PKEY_free(key) }
        guard unsafe PEM_write_bio_PrivateKey(pem, key, nil, nil, 0, nil, nil) == 1 else { throw TestKeys.Missing() }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe BIO_read(pem, &bytes, Int32(bytes.count))
        guard count > 0, let secret = SecretBytes(bytes.prefix(Int(count))) else { throw TestKeys.Missing() }
        return secret
    }

    private func code(_ jwk: JSONObject, _ algorithms: [SigningAlgorithm]) -> String {
        do throws(TokenKeyError) {
            let set = try JWKSet(text: JSONValue.object(["keys": [.object(jwk)]]).serialized, algorithms: algorithms)
            return set.leftOut.first.map { "left out: " + $0.reason.rawValue } ?? "loaded"
        } catch { return error.code.rawValue }
    }

    private func jwk(_ algorithm: SigningAlgorithm, _ changes: [(String, JSONValue?)]) throws -> JSONObject {
        var jwk = try TestKeys.verificationKey(algorithm).publicJWK()
        for (name, value) in changes { jwk[name] = value }
        return jwk
    }

    private static func bytes(_ bytes: [UInt8]) -> JSONValue { .string(Base64.url.encode(bytes)) }

    @Test("A JWK whose members contradict each other is refused, for every kind of key")
    func contradictions() throws {
        let mismatch = "left out: algorithm_mismatch"
        let rows: [(SigningAlgorithm, [(String, JSONValue?)], String)] = [
            (.es256, [], "loaded"), (.rs256, [], "loaded"), (.edDSA, [], "loaded"),
            (.es256, [("alg", "ES384")], mismatch), (.es256, [("alg", "ES512")], mismatch), (.es256, [("alg", "RS256")], mismatch),
            (.es256, [("alg", "PS256")], mismatch), (.es256, [("alg", "EdDSA")], mismatch), (.es256, [("alg", "HS256")], mismatch),
            (.es256, [("alg", "none")], mismatch), (.es256, [("alg", "es256")], mismatch), (.es256, [("alg", "")], mismatch),
            (.es256, [("alg", .null)], "left out: malformed_key"), (.es256, [("alg", ["ES256"])], "left out: malformed_key"),
            (.rs256, [("alg", "ES256")], mismatch), (.rs256, [("alg", "HS256")], mismatch), (.rs256, [("alg", "RSA-OAEP")], mismatch),
            (.rs256, [("alg", "RS1")], mismatch), (.edDSA, [("alg", "ES256")], mismatch), (.edDSA, [("alg", "Ed25519")], mismatch),
            (.es256, [("kty", "RSA")], "contradictory_key"), (.es256, [("kty", "OKP")], mismatch),
            (.es256, [("kty", "oct")], "contradictory_key"), (.es256, [("kty", "ec")], mismatch), (.rs256, [("kty", "EC")], mismatch),
            (.rs256, [("kty", "oct")], "contradictory_key"), (.rs256, [("kty", "oct"), ("alg", "HS256")], mismatch),
            (.rs256, [("kty", "oct"), ("alg", nil)], mismatch), (.edDSA, [("kty", "EC")], mismatch),
            (.es256, [("kty", 1)], "left out: malformed_key"), (.es256, [("kty", nil)], mismatch),
            (.es256, [("crv", "P-384")], "contradictory_key"), (.es256, [("crv", "P-521")], "contradictory_key"),
            (.es256, [("crv", "P-384"), ("alg", nil)], mismatch), (.es256, [("crv", "p-256")], mismatch),
            (.es256, [("crv", "secp256k1")], mismatch), (.es256, [("crv", "Ed25519")], mismatch),
            (.es256, [("crv", 256)], "left out: malformed_key"), (.edDSA, [("crv", "Ed448")], "left out: malformed_key"),
            (.edDSA, [("crv", "X25519")], mismatch), (.edDSA, [("crv", "P-256")], mismatch), (.edDSA, [("crv", nil)], mismatch),
            (.es256, [("use", "enc")], "left out: other_use"), (.es256, [("use", "SIG")], "left out: other_use"),
            (.es256, [("key_ops", ["verify"])], "loaded"), (.es256, [("key_ops", ["VERIFY"])], "left out: other_use"),
            (.es256, [("use", "enc"), ("key_ops", ["verify"])], "left out: other_use"),
            (.es256, [("kid", 1)], "left out: malformed_key"), (.es256, [("kid", "")], "left out: key_id"),
            (.es256, [("kid", .string(String(repeating: "k", count: 257)))], "left out: key_id"),
            (.es256, [("kid", .string(String(repeating: "k", count: 256)))], "loaded"), (.es256, [("kid", nil)], "loaded"),
        ]
        for (algorithm, changes, expected) in rows {
            #expect(try code(jwk(algorithm, changes), [algorithm]) == expected, "\(algorithm.rawValue) with \(changes)")
        }
    }

    @Test("An EC key that is no point of its curve is refused", arguments: [SigningAlgorithm.es256, .es384, .es512])
    func notOnCurve(algorithm: SigningAlgorithm) throws {
        guard case .publicKey(let key) = try TestKeys.verificationKey(algorithm).material, let size = algorithm.curve?.coordinateBytes,
            let x = key.integer(named: "qx", width: size), let y = key.integer(named: "qy", width: size)
        else { throw TestKeys.Missing() }
        let zero = [UInt8](repeating: 0, count: size)
        let ones = [UInt8](repeating: 0xFF, count: size)
        let off = Array(y.dropLast()) + [y[size - 1] ^ 1]
        let rows: [(String, [UInt8], [UInt8])] = [
            ("infinity", zero, zero), ("y changed", x, off), ("swapped", y, x), ("x = 0", zero, y), ("y = 0", x, zero),
            ("x beyond the field", ones, y), ("y beyond the field", x, ones), ("x short", Array(x.dropLast()), y),
            ("y short", x, Array(y.dropLast())), ("x with a zero in front", [0] + x, y), ("compressed", [2] + x, []), ("no x", [], y),
            ("both in one", x + y, zero),
        ]
        for (name, x, y) in rows {
            let found = try code(jwk(algorithm, [("x", Self.bytes(x)), ("y", Self.bytes(y))]), [algorithm])
            let isWhole = x.count == size && y.count == size
            #expect(found == (isWhole ? "forged_key" : "left out: malformed_key"), "\(algorithm.rawValue): \(name)")
        }
    }

    @Test("SEC-13: an RSA key that is small, even, prime, of small factors, or with a useless exponent is refused")
    func rsa() throws {
        guard case .publicKey(let key) = try TestKeys.verificationKey(.rs256).material, let n = key.integer(named: "n", width: 256) else {
            throw TestKeys.Missing()
        }
        let even = Array(n.dropLast()) + [n[255] & 0xFE]
        // 2^2203 - 1 is a Mersenne prime: whoever knows that can sign.
        let prime: [UInt8] = [0x07] + [UInt8](repeating: 0xFF, count: 275)
        let rows: [(String, [(String, JSONValue?)], Set<String>)] = [
            ("e = 1", [("e", Self.bytes([1]))], ["left out: weak_key"]),
            ("e = 0", [("e", Self.bytes([0]))], ["left out: weak_key", "left out: malformed_key"]),
            ("e = 3", [("e", Self.bytes([3]))], ["left out: weak_key"]),
            ("e = 65535", [("e", Self.bytes([0xFF, 0xFF]))], ["left out: weak_key"]),
            ("e = 65537", [("e", Self.bytes([1, 0, 1]))], ["loaded"]), ("e = 65539", [("e", Self.bytes([1, 0, 3]))], ["loaded"]),
            ("e = 2", [("e", Self.bytes([2]))], ["left out: weak_key"]),
            ("e even", [("e", Self.bytes([1, 0, 0]))], ["left out: weak_key"]),
            ("e = 1 with zeros in front", [("e", Self.bytes([0, 0, 0, 1]))], ["left out: weak_key"]),
            ("e above 64 bits", [("e", Self.bytes([1, 0, 0, 0, 0, 0, 0, 0, 1]))], ["left out: weak_key"]),
            ("no e", [("e", nil)], ["left out: malformed_key"]),
            ("no n", [("n", nil)], ["left out: malformed_key"]),
            ("n empty", [("n", "")], ["left out: malformed_key", "left out: weak_key"]),
            ("n = 0", [("n", Self.bytes([0]))], ["left out: malformed_key", "left out: weak_key"]),
            ("n = 1", [("n", Self.bytes([1]))], ["left out: weak_key"]),
            ("n even", [("n", Self.bytes(even))], ["forged_key"]), ("n prime", [("n", Self.bytes(prime))], ["forged_key"]),
            ("n of small factors", [("n", Self.bytes([UInt8](repeating: 0xFF, count: 256)))], ["forged_key"]),
            ("1024 bits", [("n", Self.bytes([0x80] + [UInt8](repeating: 0x11, count: 127)))], ["left out: weak_key"]),
            ("2047 bits", [("n", Self.bytes([0x7F] + Array(n.dropFirst())))], ["left out: weak_key"]),
            (
                "1024 bits under 128 zeros", [("n", Self.bytes([UInt8](repeating: 0, count: 128) + Array(n.suffix(128))))],
                ["left out: weak_key"]
            ),
            ("8200 bits", [("n", Self.bytes([UInt8](repeating: 0xFF, count: 1025)))], ["left out: weak_key"]),
        ]
        for (name, changes, expected) in rows {
            let found = try code(jwk(.rs256, changes), [.rs256])
            #expect(expected.contains(found), "\(name): \(found)")
        }
    }

    @Test(
        "SEC-34: a set of more keys than any issuer has is refused before its keys are looked at: to check a large one takes a tenth of a second"
    )
    func manyKeys() throws {
        func code(_ count: Int) throws -> TokenKeyError.Code? {
            let keys = try (0..<count).map { JSONValue.object(try jwk(.es256, [("kid", .string("k\($0)"))])) }
            do throws(TokenKeyError) {
                let found = try JWKSet(
                    published: Array(JSONValue.object(["keys": .array(keys)]).serialized.utf8), algorithms: [.es256])
                #expect(found.keys.count == count)
                return nil
            } catch { return error.code }
        }
        #expect(try code(JWKSet.maximumKeys) == nil)
        #expect(try code(JWKSet.maximumKeys + 1) == .malformedKey)
    }

    static let weakPoints: [String] = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]

    @Test("SEC-13: a point of small order, under which one signature fits every message, is no Ed25519 key", arguments: weakPoints)
    func smallOrder(hex: String) throws {
        let point = Magnitude.hex(hex)
        #expect(point.count == 32)
        #expect(try code(jwk(.edDSA, [("x", Self.bytes(point))]), [.edDSA]) == "forged_key")
        // The same as PEM is no way around.
        #expect(throws: TokenKeyError.self) { _ = try PublicKey(der: SubjectPublicKeyInfo.ed25519(point)) }
    }

    /// y of Ed448's points of small order, and y that are not below p = 2^448 - 2^224 - 1, as first byte, filler, middle byte and last byte.
    static let weakPoints448: [[UInt8]] = [
        [0x00, 0x00, 0x00, 0x00], [0x01, 0x00, 0x00, 0x00], [0xFE, 0xFF, 0xFE, 0x00], [0xFF, 0xFF, 0xFE, 0x00], [0x00, 0x00, 0xFF, 0x00],
        [0xFF, 0xFF, 0xFF, 0x00], [0x05, 0x00, 0x00, 0x01], [0x05, 0x00, 0x00, 0x7F],
    ]

    @Test("SEC-13: nor is one an Ed448 key", arguments: weakPoints448)
    func smallOrder448(pattern: [UInt8]) throws {
        for sign: UInt8 in [0, 0x80] {
            let upper: UInt8 = pattern[2] == 0 ? 0 : 0xFF
            var point = [UInt8](repeating: pattern[1], count: 28) + [UInt8](repeating: upper, count: 29)
            (point[0], point[28], point[56]) = (pattern[0], pattern[2], pattern[3] | sign)
            #expect(point.count == 57)
            let jwk: JSONObject = ["kty": "OKP", "crv": "Ed448", "x": Self.bytes(point), "alg": "EdDSA"]
            #expect(code(jwk, [.edDSA]) == "forged_key")
        }
    }

    @Test("SEC-14: base64url in a key has one spelling", arguments: ["=", "+", "/", " ", "\n", "A"])
    func spelling(junk: String) throws {
        guard case .string(let x)? = try TestKeys.verificationKey(.es256).publicJWK()["x"] else { throw TestKeys.Missing() }
        #expect(try code(jwk(.es256, [("x", .string(x + junk))]), [.es256]) == "left out: malformed_key")
    }

    @Test("A published set with a private key that would be used is refused; with another one's it is not")
    func published() throws {
        let good = JSONValue.object(try TestKeys.verificationKey(.es256).publicJWK())
        func read(_ other: JSONObject) throws(TokenKeyError) -> JWKSet {
            try JWKSet(published: Array(JSONValue.object(["keys": [good, .object(other)]]).serialized.utf8), algorithms: [.es256])
        }
        for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            let privateKey = try jwk(.es256, [(member, "AAAA"), ("kid", "p")])
            let error = #expect(throws: TokenKeyError.self, "\(member)") { _ = try read(privateKey) }
            #expect(error?.code == .forgedKey)
            var foreign = try TestKeys.verificationKey(.rs256, kid: "f").publicJWK()
            foreign[member] = "AAAA"
            let set = try read(foreign)
            #expect(set.keys.map(\.kid) == ["k1"] && set.leftOut.map(\.reason) == [.algorithmMismatch], "\(member)")
        }
        let secret: JSONObject = ["kty": "oct", "kid": "s", "k": .string(String(repeating: "A", count: 43)), "alg": "HS256"]
        #expect(try read(secret).keys.map(\.kid) == ["k1"])
    }
}
