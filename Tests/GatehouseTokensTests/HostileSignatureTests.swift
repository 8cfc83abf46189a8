import GatehouseJSON
import Testing

@testable import GatehouseTokens

/// Signatures as attackers write them, by algorithm, each with the check that it fails; nil where it is accepted.
@Suite("Hostile signatures (SEC-08, SEC-14)")
struct HostileSignatureTests {
    typealias Row = (name: String, signature: [UInt8], expected: String?)

    /// A good token taken apart.
    private struct Good {
        let issuer: TestIssuer
        let input: String
        let signature: [UInt8]

        init(_ algorithm: SigningAlgorithm, jti: String = "j1") throws {
            issuer = try TestIssuer(algorithm)
            var claims = TestIssuer.claims
            claims["jti"] = .string(jti)
            let token = try StrictToken(Array(issuer.token(nil, claims).utf8))
            input = String(decoding: token.signingInput, as: UTF8.self)
            signature = token.signature
        }

        func refusal(_ signature: [UInt8]) -> String? { issuer.refusal(of: input + "." + Base64.url.encode(signature)) }

        func check(_ rows: [Row]) {
            for row in rows { #expect(refusal(row.signature) == row.expected, "\(issuer.algorithm.rawValue): \(row.name)") }
        }
    }

    private static func last(_ bytes: [UInt8], becomes value: UInt8) -> [UInt8] { Array(bytes.dropLast()) + [value] }

    @Test("Whatever the algorithm", arguments: SigningAlgorithm.allCases)
    func common(algorithm: SigningAlgorithm) throws {
        let good = try Good(algorithm)
        let (signature, count) = (good.signature, good.signature.count)
        let zero = [UInt8](repeating: 0, count: count)
        let same: [(String, [UInt8])] = [
            ("of another token", try Good(algorithm, jti: "j2").signature), ("all zero", zero),
            ("all ones", [UInt8](repeating: 0xFF, count: count)), ("one", Self.last(zero, becomes: 1)),
            ("reversed", Array(signature.reversed())), ("rotated", Array(signature.dropFirst()) + [signature[0]]),
        ]
        let others: [(String, [UInt8])] = [
            ("short by one", Array(signature.dropLast())), ("without its first byte", Array(signature.dropFirst())),
            ("long by a zero in front", [0] + signature), ("long by a zero at the end", signature + [0]),
            ("twice", signature + signature), ("one byte", [1]), ("of the token's own text", Array(good.input.utf8)),
        ]
        good.check([("good", signature, nil)])
        good.check(same.map { ($0, $1, "bad_signature") })
        good.check(others.map { ($0, $1, "signature_length") })
        #expect(good.issuer.refusal(of: good.input + ".") == "malformed:parts")
    }

    @Test("SEC-09: by another key of the same algorithm and name", arguments: SigningAlgorithm.allCases)
    func otherKey(algorithm: SigningAlgorithm) throws {
        let good = try Good(algorithm)
        let secret =
            algorithm.family == .hmac
            ? try #require(SecretBytes([UInt8](repeating: 7, count: algorithm.digestBytes)))
            : try KeyPair.privatePEM(for: algorithm, rsaBits: 2048)
        good.check([("other key", try TestSignature.sign(Array(good.input.utf8), secret: secret, algorithm: algorithm), "bad_signature")])
    }

    @Test("SEC-07: over a header or claims that were changed after signing", arguments: SigningAlgorithm.allCases)
    func tampered(algorithm: SigningAlgorithm) throws {
        let good = try Good(algorithm)
        let parts = try good.issuer.token().split(separator: ".").map(String.init)
        var header = TestIssuer.header(algorithm)
        header["x"] = 1
        var claims = TestIssuer.claims
        claims["sub"] = "root"
        let changed = [header, claims].map { Base64.url.encode(Array(JSONValue.object($0).serialized.utf8)) }
        #expect(good.issuer.refusal(of: "\(changed[0]).\(parts[1]).\(parts[2])") == "bad_signature")
        #expect(good.issuer.refusal(of: "\(parts[0]).\(changed[1]).\(parts[2])") == "bad_signature")
        // The same members in another order, and the same JSON with a space: other bytes are another token.
        var reordered = claims
        reordered["sub"] = "alice"
        let spaced = Base64.url.encode(Array((JSONValue.object(reordered).serialized + " ").utf8))
        #expect(good.issuer.refusal(of: "\(parts[0]).\(spaced).\(parts[2])") == "bad_signature")
    }

    @Test("SEC-08: by the same key for another algorithm of it", arguments: SigningAlgorithm.allCases.filter { $0.family != .edwards })
    func otherHash(algorithm: SigningAlgorithm) throws {
        let good = try Good(algorithm)
        let secret = try TestKeys.secret(algorithm)
        let isRSA = [.rsaPKCS1, .rsaPSS].contains(algorithm.family)
        let others = SigningAlgorithm.allCases.filter { other in
            other != algorithm && (other.family == algorithm.family || isRSA && [.rsaPKCS1, .rsaPSS].contains(other.family))
        }
        for other in others where algorithm.family != .ecdsa {
            let made = try TestSignature.sign(Array(good.input.utf8), secret: secret, algorithm: other)
            good.check([(other.rawValue, made, made.count == good.signature.count ? "bad_signature" : "signature_length")])
        }
    }

    @Test("ECDSA: r and s out of range, swapped, in DER, or without their zeros", arguments: [SigningAlgorithm.es256, .es384, .es512])
    func ecdsa(algorithm: SigningAlgorithm) throws {
        let good = try Good(algorithm)
        let size = good.signature.count / 2
        let (r, s) = (Array(good.signature.prefix(size)), Array(good.signature.suffix(size)))
        let order = Magnitude.order(algorithm)
        let zero = [UInt8](repeating: 0, count: size)
        let one = Self.last(zero, becomes: 1)
        var pairs: [(String, [UInt8], [UInt8])] = [
            ("r = 0", zero, s), ("s = 0", r, zero), ("r = s = 0", zero, zero), ("r = n", order, s), ("s = n", r, order),
            ("r = s = n", order, order), ("r = 1", one, s), ("s = 1", r, one), ("r = s = 1", one, one),
            ("r = n - 1", Magnitude.difference(order, one), s), ("swapped", s, r), ("r twice", r, r), ("s twice", s, s),
            ("n - r", Magnitude.difference(order, r), s),
            ("n - r and n - s", Magnitude.difference(order, r), Magnitude.difference(order, s)),
        ]
        // The same r or s beyond the order, where that still has the size.
        if let wide = Magnitude.sum(r, order) { pairs.append(("r + n", wide, s)) }
        if let wide = Magnitude.sum(s, order) { pairs.append(("s + n", r, wide)) }
        good.check(pairs.map { ($0, $1 + $2, "bad_signature") })
        // (r, n - s) is ECDSA's other signature of the same message: whoever sees a token can write it once more, with the same claims.
        // So nothing may tell tokens apart by their text: revocation goes by jti and subject.
        good.check([("n - s", r + Magnitude.difference(order, s), nil)])
        let zeroFirst: [UInt8] = [0] + r
        let lengths: [(String, [UInt8])] = [
            ("r alone", r), ("s alone", s), ("r with a zero in front", zeroFirst + s), ("s with a zero in front", r + [0] + s),
            ("both with a zero in front", zeroFirst + [0] + s), ("in DER", ECDSASignature.der(fromRaw: good.signature)),
        ]
        good.check(lengths.map { ($0, $1, "signature_length") })
        let padded = Self.fitted(ECDSASignature.der(fromRaw: one + one), size * 2)
        good.check([("in DER, padded to the raw length with zeros", padded, "bad_signature")])
    }

    @Test("ECDSA: a signature whose r or s begins with a zero byte is good as it is, and refused without the zero")
    func leadingZeros() throws {
        for number in 0..<4096 {
            let good = try Good(.es256, jti: "j\(number)")
            let (r, s) = (good.signature.prefix(32), good.signature.suffix(32))
            guard r.first == 0 || s.first == 0 else { continue }
            let short = Array(r.drop { $0 == 0 }) + Array(s.drop { $0 == 0 })
            good.check([("whole", good.signature, nil), ("without it", short, "signature_length")])
            good.check([("without it, zeros at the end", Self.fitted(short, 64), "bad_signature")])
            return
        }
        Issue.record("of 4,096 signatures none had a zero in front")
    }

    private static func fitted(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
        Array((bytes + [UInt8](repeating: 0, count: count)).prefix(count))
    }

    @Test("RSA-PSS: another salt length, another mask, or the older padding", arguments: [SigningAlgorithm.ps256, .ps384, .ps512])
    func pss(algorithm: SigningAlgorithm) throws {
        let good = try Good(algorithm)
        let (message, pem) = (Array(good.input.utf8), TestKeys.bytes(try TestKeys.secret(algorithm)))
        func made(_ pss: TestSignature.PSS) throws -> [UInt8] {
            try TestSignature.asymmetric(message, pem: pem, algorithm: algorithm, pss: pss)
        }
        let digest = Int32(algorithm.digestBytes)
        var rows: [Row] = [
            ("the right salt", try made(.init(saltLength: digest)), nil),
            ("the mask made with SHA-1", try made(.init(saltLength: digest, hasForeignMask: true)), "bad_signature"),
        ]
        for length in [0, 1, 20, digest - 1, digest + 1, 256 - digest - 2] where length != digest {
            rows.append(("a salt of \(length)", try made(.init(saltLength: length)), "bad_signature"))
        }
        good.check(rows)
    }

    @Test("RSA: the number beyond the modulus, and those that stay what they are when raised", arguments: [SigningAlgorithm.rs256, .ps256])
    func rsa(algorithm: SigningAlgorithm) throws {
        guard case .publicKey(let key) = try TestKeys.verificationKey(algorithm).material, let modulus = key.integer(named: "n", width: 256)
        else { throw TestKeys.Missing() }
        let one = Self.last([UInt8](repeating: 0, count: 256), becomes: 1)
        for number in 0..<16 {
            let good = try Good(algorithm, jti: "j\(number)")
            var rows: [Row] = [
                ("n", modulus, "bad_signature"), ("n - 1", Magnitude.difference(modulus, one), "bad_signature"),
                ("n + 1", Magnitude.sum(modulus, one) ?? one, "bad_signature"),
                ("n - s", Magnitude.difference(modulus, good.signature), "bad_signature"),
            ]
            if let wide = Magnitude.sum(good.signature, modulus) { rows.append(("s + n", wide, "bad_signature")) }
            good.check(rows)
        }
    }

    @Test("EdDSA: S beyond the order, a flipped sign, and R or S of nothing")
    func edwards() throws {
        let good = try Good(.edDSA)
        let (r, s) = (Array(good.signature.prefix(32)), Array(good.signature.suffix(32)))
        var rows: [Row] = []
        // S + L, S + 2L, … are the same scalar: a reader that does not compare with L takes them all.
        var wide: [UInt8]? = s.reversed()
        for multiple in 1...15 {
            wide = wide.flatMap { Magnitude.sum($0, Magnitude.order25519) }
            guard let wide else { break }
            rows.append(("S + \(multiple) L", r + wide.reversed(), "bad_signature"))
        }
        #expect(rows.count >= 7)
        let identity: [UInt8] = [1] + [UInt8](repeating: 0, count: 31)
        let zero = [UInt8](repeating: 0, count: 32)
        good.check(rows)
        let notReduced: [UInt8] = [0xEE] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]
        let pairs: [(String, [UInt8], [UInt8])] = [
            ("the sign of R", Self.last(r, becomes: r[31] ^ 0x80), s), ("the top bit of S", r, Self.last(s, becomes: s[31] ^ 0x80)),
            ("the top bits of S", r, Self.last(s, becomes: s[31] | 0xE0)), ("R the identity, S = 0", identity, zero),
            ("R = 0, S = 0", zero, zero), ("R not reduced", notReduced, s), ("S = 0", r, zero), ("R and S swapped", s, r),
        ]
        good.check(pairs.map { ($0, $1 + $2, "bad_signature") })
    }

    @Test("Ed448 signatures are of its own length and verify")
    func ed448() throws {
        let pem = try HostileKeyTests.ed448PEM()
        let key = try VerificationKey(pem: pem, algorithm: .edDSA, kid: "k1")
        let verifier = try TokenVerifier(
            [
                IssuerConfiguration(name: "corp", iss: TestIssuer.iss, audience: ["gatehouse"], keys: [.key(key)], algorithms: [.edDSA])
            ], cacheCapacity: 0)
        let input = try TestIssuer(.edDSA).token().split(separator: ".").prefix(2).joined(separator: ".")
        let signature = try TestSignature.asymmetric(Array(input.utf8), pem: TestKeys.bytes(pem), algorithm: .edDSA)
        func refusal(_ signature: [UInt8]) -> String? {
            do throws(TokenRefusal) {
                _ = try verifier.verify(input + "." + Base64.url.encode(signature), now: TestKeys.now)
                return nil
            } catch { return error.reason.name }
        }
        #expect(signature.count == 114 && refusal(signature) == nil)
        #expect(refusal(Array(signature.prefix(64))) == "signature_length")
        #expect(refusal(signature.map { $0 ^ 1 }) == "bad_signature")
        // The last byte of S is zero in every signature.
        #expect(refusal(Self.last(signature, becomes: 1)) == "bad_signature")
    }
}
