import GatehouseJSON
import Testing

@testable import GatehouseTokens

@Suite("libjwt and libcrypto agree")
struct LibjwtDifferentialTests {
    static let shared: [SigningAlgorithm] = [.hs256, .hs384, .hs512, .rs256, .rs384, .rs512, .es256, .es384, .es512]

    /// What libjwt verifies with.
    private func libjwtKey(_ algorithm: SigningAlgorithm) throws -> [UInt8] {
        let secret = try TestKeys.secret(algorithm)
        return TestKeys.bytes(algorithm.family == .hmac ? secret : try KeyPair.publicPEM(of: secret))
    }

    /// libcrypto's answer: for the HMAC family asked directly, since there the verifier's own path goes through libjwt.
    private func libcryptoAccepts(_ token: StrictToken, _ algorithm: SigningAlgorithm) throws -> Bool {
        let key = try TestKeys.verificationKey(algorithm)
        guard token.signature.count == key.signatureLength else { return false }
        guard case .secret(let secret) = key.material else { return key.verifies(token) }
        return MessageAuthentication.isValid(signature: token.signature, over: token.signingInput, key: secret, algorithm: algorithm)
    }

    private func compare(_ text: String, _ algorithm: SigningAlgorithm, key: [UInt8]) throws -> Bool? {
        guard let token = try? StrictToken(Array(text.utf8)), token.algorithm == algorithm else { return nil }
        let ours = try libcryptoAccepts(token, algorithm)
        // libjwt does not look at a signature's length; the front end does, so a wrong length is never shown to it.
        guard token.signature.count == (try TestKeys.verificationKey(algorithm).signatureLength) else { return ours }
        let theirs = Libjwt.accepts(token, key: key, algorithm: algorithm)
        #expect(ours == theirs, "\(algorithm.rawValue): libcrypto says \(ours), libjwt says \(theirs)")
        return ours
    }

    @Test("SEC-38: over good tokens of random content", arguments: shared)
    func goodTokens(algorithm: SigningAlgorithm) throws {
        let key = try libjwtKey(algorithm)
        for number in 0..<10 {
            let header: JSONObject = ["alg": .string(algorithm.rawValue), "typ": "JWT", "kid": .string("k\(number)")]
            let claims: JSONObject = [
                "sub": .string(String(repeating: "ü\"\\/", count: Int.random(in: 0..<40))), "n": .integer(.random(in: 0...(.max))),
                "d": .number(.random(in: 0..<1)), "a": [1, true, nil, [:]],
            ]
            let text = try TestSignature.compact(
                header: JSONValue.object(header).serialized, claims: JSONValue.object(claims).serialized,
                secret: TestKeys.secret(algorithm), algorithm: algorithm)
            #expect(try compare(text, algorithm, key: key) == true)
        }
    }

    @Test("SEC-38: over mutated tokens", arguments: shared)
    func mutatedTokens(algorithm: SigningAlgorithm) throws {
        let key = try libjwtKey(algorithm)
        let header = "{\"alg\":\"\(algorithm.rawValue)\",\"typ\":\"JWT\"}"
        let good = Array(
            try TestSignature.compact(
                header: header, claims: "{\"sub\":\"alice\",\"n\":1234567890123456789}", secret: TestKeys.secret(algorithm),
                algorithm: algorithm
            ).utf8)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var judged = 0
        for _ in 0..<(algorithm.family == .hmac ? 800 : 80) {
            var bytes = good
            // Most changes go into the signature, since most others do not survive the front end.
            let end = (bytes.lastIndex(of: UInt8(ascii: ".")) ?? 0) + 1
            let place = Bool.random() ? Int.random(in: end..<bytes.count) : Int.random(in: 0..<bytes.count)
            guard bytes[place] != UInt8(ascii: ".") else { continue }
            bytes[place] = alphabet.randomElement() ?? 65
            if try compare(String(decoding: bytes, as: UTF8.self), algorithm, key: key) != nil { judged += 1 }
        }
        #expect(judged > 10)
    }

    @Test("SEC-38: over ECDSA signatures whose r or s is 0, 1 or as large as can be", arguments: [SigningAlgorithm.es256, .es384, .es512])
    func degenerate(algorithm: SigningAlgorithm) throws {
        let key = try libjwtKey(algorithm)
        let size = algorithm.curve?.coordinateBytes ?? 0
        let zero = [UInt8](repeating: 0, count: size)
        let one = zero.dropLast() + [1]
        let large = [UInt8](repeating: 0xFF, count: size)
        let input = try TestIssuer(algorithm).token(["alg": .string(algorithm.rawValue), "typ": "JWT"]).split(separator: ".").prefix(2)
            .joined(separator: ".")
        for r in [zero, Array(one), large] {
            for s in [zero, Array(one), large] {
                #expect(try compare(input + "." + Base64URL.encode(r + s), algorithm, key: key) == false)
            }
        }
    }

    @Test(
        "SEC-37, SEC-39: the verifier checks an HMAC token of typ JWT through libjwt, with the same answers",
        arguments: [SigningAlgorithm.hs256, .hs384, .hs512])
    func throughLibjwt(algorithm: SigningAlgorithm) throws {
        let issuer = try TestIssuer(algorithm, change: { $0.typ = ["JWT"] })
        #expect(MessageAuthentication.isReadByLibjwt(typ: "JWT") && MessageAuthentication.isReadByLibjwt(typ: nil))
        var header = TestIssuer.header(algorithm)
        header["typ"] = "JWT"
        let text = try issuer.token(header)
        #expect(issuer.refusal(of: text) == nil)
        let token = try StrictToken(Array(text.utf8))
        let input = String(decoding: token.signingInput, as: UTF8.self)
        for index in token.signature.indices {
            var signature = token.signature
            signature[index] ^= 0x80
            #expect(issuer.refusal(of: input + "." + Base64URL.encode(signature)) == "bad_signature")
        }
    }

    @Test("AC-35: libjwt reads a token of the largest size whole")
    func largest() throws {
        let issuer = try TestIssuer(.hs256, change: { $0.typ = ["JWT"] })
        var header = TestIssuer.header(.hs256)
        header["typ"] = "JWT"
        var claims = TestIssuer.claims
        let empty = try issuer.token(header, claims).utf8.count
        claims["pad"] = .string(String(repeating: "x", count: (8192 - empty) / 4 * 3 - 12))
        let text = try issuer.token(header, claims)
        #expect(text.utf8.count > 8160 && issuer.refusal(of: text) == nil)
    }

    @Test("What libjwt's own JSON library cannot hold is refused, never accepted", arguments: ["12345678901234567890123", "\"a\\u0000b\""])
    func narrowerReader(value: String) throws {
        let issuer = try TestIssuer(.hs256, change: { $0.typ = ["JWT", "at+jwt"] })
        let claims = String(JSONValue.object(TestIssuer.claims).serialized.dropLast()) + ",\"x\":\(value)}"
        func refusal(_ typ: String) throws -> String? {
            issuer.refusal(of: try issuer.token(header: "{\"alg\":\"HS256\",\"kid\":\"k1\",\"typ\":\"\(typ)\"}", claims: claims))
        }
        #expect(try refusal("JWT") == "bad_signature")
        #expect(try refusal("at+jwt") == nil)
    }

    @Test("SEC-39: libjwt is not asked about another algorithm than the pinned one, nor with a key of another family")
    func guards() throws {
        let secret = try TestKeys.secret(.hs256)
        let bytes = Array(try TestIssuer(.hs256).token(["alg": "HS256", "typ": "JWT"]).utf8)
        #expect(MessageAuthentication.isValidByLibjwt(token: bytes, key: secret, algorithm: .hs256))
        #expect(!MessageAuthentication.isValidByLibjwt(token: bytes, key: secret, algorithm: .hs384))
        #expect(!MessageAuthentication.isValidByLibjwt(token: bytes, key: secret, algorithm: .rs256))
        #expect(!MessageAuthentication.isValidByLibjwt(token: bytes + [0], key: secret, algorithm: .hs256))
    }
}
