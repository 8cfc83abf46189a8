import GatehouseJSON
import Testing

@testable import GatehouseTokens

@Suite("libjwt and libcrypto agree")
struct LibjwtDifferentialTests {
    static let shared: [SigningAlgorithm] = [.hs256, .hs384, .hs512, .rs256, .rs384, .rs512, .es256, .es384, .es512]

    /// One key as both verifiers take it.
    private struct Pair {
        let algorithm: SigningAlgorithm
        private let key: VerificationKey
        private let libjwtKey: [UInt8]

        init(_ algorithm: SigningAlgorithm) throws {
            self.algorithm = algorithm
            key = try TestKeys.verificationKey(algorithm)
            let secret = try TestKeys.secret(algorithm)
            libjwtKey = TestKeys.bytes(algorithm.family == .hmac ? secret : try KeyPair.publicPEM(of: secret))
        }

        /// What both say; nil if the token does not pass the front end, so that neither is asked.
        func verdict(on text: String) -> Bool? {
            guard let token = try? StrictToken(Array(text.utf8)), token.algorithm == algorithm else { return nil }
            // libjwt does not look at a signature's length; the front end does, so a wrong length is never shown to it.
            guard token.signature.count == key.signatureLength else { return false }
            let ours = libcryptoAccepts(token)
            let theirs = Libjwt.accepts(token, key: libjwtKey, algorithm: algorithm)
            #expect(ours == theirs, "\(algorithm.rawValue): libcrypto says \(ours), libjwt says \(theirs) of \(text)")
            return ours
        }

        /// For the HMAC family asked directly, since there the verifier's own path goes through libjwt.
        private func libcryptoAccepts(_ token: StrictToken) -> Bool {
            guard case .secret(let secret) = key.material else { return key.verifies(token) }
            return MessageAuthentication.isValid(signature: token.signature, over: token.signingInput, key: secret, algorithm: algorithm)
        }
    }

    @Test("SEC-38: over a seeded corpus of good, mutated and made-up tokens", arguments: shared, [1, 2, 3] as [UInt64])
    func corpus(algorithm: SigningAlgorithm, seed: UInt64) throws {
        let pair = try Pair(algorithm)
        var corpus = try TokenCorpus(algorithm, seed: seed)
        var judged: [TokenCorpus.Kind: Int] = [:]
        for kind in TokenCorpus.Kind.allCases {
            for _ in 0..<(algorithm.family == .hmac ? 200 : 20) {
                let text = try corpus.token(kind).text
                guard let verdict = pair.verdict(on: text) else { continue }
                judged[kind, default: 0] += 1
                if let isGood = kind.isGood { #expect(verdict == isGood, "seed \(seed), \(kind.rawValue): \(text)") }
            }
        }
        // Only a changed character may fail to pass the front end; then there is nothing to compare.
        for kind in TokenCorpus.Kind.allCases { #expect((judged[kind] ?? 0) >= (kind == .changedCharacter ? 5 : 20), "\(kind.rawValue)") }
    }

    @Test("SEC-38: over ECDSA signatures whose r or s is 0, 1 or as large as can be", arguments: [SigningAlgorithm.es256, .es384, .es512])
    func degenerate(algorithm: SigningAlgorithm) throws {
        let pair = try Pair(algorithm)
        let size = algorithm.curve?.coordinateBytes ?? 0
        let zero = [UInt8](repeating: 0, count: size)
        let one = zero.dropLast() + [1]
        let large = [UInt8](repeating: 0xFF, count: size)
        let input = try TestIssuer(algorithm).token(["alg": .string(algorithm.rawValue), "typ": "JWT"]).split(separator: ".").prefix(2)
            .joined(separator: ".")
        for r in [zero, Array(one), large] {
            for s in [zero, Array(one), large] {
                #expect(pair.verdict(on: input + "." + Base64.url.encode(r + s)) == false)
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
            #expect(issuer.refusal(of: input + "." + Base64.url.encode(signature)) == "bad_signature")
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
