import GatehouseJSON
import Testing

@testable import GatehouseTokens

/// Sets that are not for us alone: whatever stands beside the issuer's key, its tokens are good, in a file as from an address.
@Suite("Keys that cannot be used, beside one that can")
struct ForeignKeyTests {
    /// A key of the good one's kind with some members changed (nil: taken out).
    private static func like(_ algorithm: SigningAlgorithm, _ changes: [(String, JSONValue?)]) throws -> JSONObject {
        var jwk = try TestKeys.verificationKey(algorithm, kid: "other").publicJWK()
        for (name, value) in changes { jwk[name] = value }
        return jwk
    }

    private static let weakModulus = JSONValue.string(Base64.url.encode([0x80] + [UInt8](repeating: 0x11, count: 127)))

    /// What a key is that must be left out, with the reason, for an issuer of ES256 and one of RS256.
    private static func strangers(_ algorithm: SigningAlgorithm) throws -> [(String, JSONObject, TokenKeyError.Code)] {
        let isRSA = algorithm == .rs256
        let otherKind: SigningAlgorithm = isRSA ? .es256 : .rs256
        var rows: [(String, JSONObject, TokenKeyError.Code)] = [
            ("of an unknown type", ["kty": "AKP", "kid": "a", "alg": "ML-DSA-44", "pub": "AA"], .algorithmMismatch),
            ("of no type", ["kid": "a"], .algorithmMismatch),
            ("with nothing in it", [:], .algorithmMismatch),
            ("of a type that is no text", ["kty": 7, "kid": "a"], .malformedKey),
            ("of an unknown curve", ["kty": "EC", "crv": "secp256k1", "kid": "a", "x": "AA", "y": "AA"], .algorithmMismatch),
            ("for key agreement", ["kty": "OKP", "crv": "X25519", "kid": "a", "x": "AA"], .algorithmMismatch),
            ("a secret", ["kty": "oct", "kid": "a", "k": "c2hvcnQ", "alg": "HS256"], .algorithmMismatch),
            ("a secret without alg", ["kty": "oct", "kid": "a", "k": "c2hvcnQ"], .algorithmMismatch),
            ("of another kind", try TestKeys.verificationKey(otherKind, kid: "a").publicJWK(), .algorithmMismatch),
            ("for encryption", try like(algorithm, [("use", "enc")]), .otherUse),
            (
                "for encryption, by its alg", try like(algorithm, [("alg", isRSA ? "RSA-OAEP-256" : "ECDH-ES"), ("use", nil)]),
                .algorithmMismatch
            ),
            ("with other operations", try like(algorithm, [("key_ops", ["wrapKey", "unwrapKey"])]), .otherUse),
            ("with unknown operations", try like(algorithm, [("key_ops", ["attest"])]), .otherUse),
            ("of the family's other algorithm", try like(algorithm, [("alg", isRSA ? "RS512" : "ES512")]), .algorithmMismatch),
            ("of another padding", try like(algorithm, [("alg", isRSA ? "PS256" : "ES256K")]), .algorithmMismatch),
            ("without kid", try like(algorithm, [("kid", nil)]), .keyID),
            ("with an empty kid", try like(algorithm, [("kid", "")]), .keyID),
            ("with a number as kid", try like(algorithm, [("kid", 7)]), .malformedKey),
            ("with null as kid", try like(algorithm, [("kid", .null)]), .malformedKey),
            ("with a long kid", try like(algorithm, [("kid", .string(String(repeating: "k", count: 257)))]), .keyID),
        ]
        if isRSA {
            rows += [
                ("too short", try like(algorithm, [("n", weakModulus)]), .weakKey),
                ("with an exponent of 1", try like(algorithm, [("e", "AQ")]), .weakKey),
                ("with an exponent of 3", try like(algorithm, [("e", "Aw")]), .weakKey),
                ("with an even exponent", try like(algorithm, [("e", "AQAC")]), .weakKey),
                ("with a certificate only", try like(algorithm, [("n", nil), ("e", nil), ("x5c", ["MIIB"])]), .malformedKey),
                ("without exponent", try like(algorithm, [("e", nil)]), .malformedKey),
                ("in plain base64", try like(algorithm, [("n", "+/==")]), .malformedKey),
            ]
        } else {
            rows += [
                ("without y", try like(algorithm, [("y", nil)]), .malformedKey),
                ("with a short x", try like(algorithm, [("x", "AAAA")]), .malformedKey),
                ("with a certificate only", try like(algorithm, [("x", nil), ("y", nil), ("x5c", ["MIIB"])]), .malformedKey),
            ]
        }
        return rows
    }

    private enum Source: CaseIterable { case file, published }

    private func source(_ kind: Source, _ keys: [JSONObject], _ directory: TestDirectory) throws -> KeySource {
        let text = JSONValue.object(["keys": .array(keys.map { .object($0) })]).serialized
        switch kind {
        case .file: return .jwks(path: try directory.file("set-\(keys.count)-\(Int.random(in: 0...Int.max)).json", text))
        case .published: return .published(set: Array(text.utf8))
        }
    }

    private func verifier(_ algorithm: SigningAlgorithm, _ source: KeySource) throws -> TokenVerifier {
        try TokenVerifier([
            IssuerConfiguration(name: "corp", iss: TestIssuer.iss, audience: ["gatehouse"], keys: [source], algorithms: [algorithm])
        ])
    }

    @Test("It is left out, and told of; the issuer's tokens stay good", arguments: [SigningAlgorithm.es256, .rs256])
    func strangerBeside(algorithm: SigningAlgorithm) throws {
        let directory = try TestDirectory()
        let good = try TestKeys.verificationKey(algorithm).publicJWK()
        let token = try TestIssuer(algorithm).token()
        for (what, stranger, reason) in try Self.strangers(algorithm) {
            for kind in Source.allCases {
                for keys in [[good, stranger], [stranger, good], [stranger, good, stranger]] {
                    let verifier = try verifier(algorithm, source(kind, keys, directory))
                    #expect(try verifier.verify(token, now: TestKeys.now).sub == "alice", "\(what)")
                    #expect(verifier.issuers.keyCount == 1, "\(what)")
                    let leftOut = verifier.issuers.leftOut
                    #expect(leftOut.map(\.reason) == Array(repeating: reason, count: keys.count - 1), "\(what)")
                    #expect(leftOut.allSatisfy { $0.issuer == "corp" && !$0.message.isEmpty }, "\(what)")
                }
            }
        }
    }

    @Test("With nothing else in the set the issuer is refused, and the reason is told", arguments: [SigningAlgorithm.es256, .rs256])
    func strangerAlone(algorithm: SigningAlgorithm) throws {
        let directory = try TestDirectory()
        for (what, stranger, reason) in try Self.strangers(algorithm) where what != "without kid" {
            for kind in Source.allCases {
                let error = try #require(throws: TokenKeyError.self, "\(what)") {
                    _ = try verifier(algorithm, source(kind, [stranger], directory))
                }
                #expect(error.code == reason && error.message.contains("is left out"), "\(what): \(error)")
            }
        }
        let nameless = try Self.like(algorithm, [("kid", nil)])
        for kind in Source.allCases {
            #expect(throws: TokenKeyError.self) { _ = try verifier(algorithm, source(kind, [], directory)) }
            #expect(throws: TokenKeyError.self) { _ = try verifier(algorithm, source(kind, [nameless, nameless], directory)) }
            // An issuer's only key needs no name.
            #expect(try verifier(algorithm, source(kind, [nameless], directory)).issuers.keyCount == 1)
        }
    }

    @Test(
        "A key that would be used and contradicts itself, is forged or ambiguous refuses the set",
        arguments: [SigningAlgorithm.es256, .rs256])
    func refused(algorithm: SigningAlgorithm) throws {
        let directory = try TestDirectory()
        let good = try TestKeys.verificationKey(algorithm).publicJWK()
        var rows: [(String, JSONObject, TokenKeyError.Code)] = [
            ("the same kid twice", good, .keyID),
            ("the same kid for another key", try Self.like(.es256, [("kid", "k1")]), .keyID),
            ("a secret under its algorithm", ["kty": "oct", "kid": "a", "k": "AAAA", "alg": "ES256"], .contradictoryKey),
            ("another kind under its algorithm", try Self.like(.rs256, [("alg", "ES256")]), .contradictoryKey),
            ("another curve under its algorithm", try Self.like(.es384, [("alg", "ES256")]), .contradictoryKey),
            ("a point that is not on the curve", try Self.like(.es256, [("y", try Self.like(.es256, [])["x"])]), .forgedKey),
        ]
        if algorithm == .rs256 {
            let modulus = JSONValue.string(Base64.url.encode([UInt8](repeating: 0xFF, count: 256)))
            rows = [
                ("the same kid twice", good, .keyID),
                ("another kind under its algorithm", try Self.like(.es256, [("alg", "RS256")]), .contradictoryKey),
                ("a secret under its algorithm", ["kty": "oct", "kid": "a", "k": "AAAA", "alg": "RS256"], .contradictoryKey),
                ("a modulus of small factors", try Self.like(.rs256, [("n", modulus)]), .forgedKey),
            ]
        }
        for (what, bad, reason) in rows {
            for kind in Source.allCases {
                for keys in [[good, bad], [bad, good]] {
                    let error = try #require(throws: TokenKeyError.self, "\(what)") {
                        _ = try verifier(algorithm, source(kind, keys, directory))
                    }
                    #expect(error.code == reason, "\(what): \(error)")
                }
            }
        }
    }

    @Test("The same kid is no ambiguity where only one of its keys is used")
    func sameKidForAnotherUse() throws {
        let directory = try TestDirectory()
        let good = try TestKeys.verificationKey(.rs256).publicJWK()
        for changes in [[("use", "enc")], [("alg", "RSA-OAEP")], [("n", Self.weakModulus)], [("key_ops", ["encrypt"])]]
            as [[(String, JSONValue?)]]
        {
            let other = try Self.like(.rs256, changes + [("kid", "k1")])
            for kind in Source.allCases {
                let verifier = try verifier(.rs256, source(kind, [other, good, other], directory))
                #expect(try verifier.verify(TestIssuer(.rs256).token(), now: TestKeys.now).sub == "alice")
            }
        }
    }

    @Test("What a left-out key is called cannot be taken for something else")
    func names() throws {
        for (kid, name) in [
            (.string("key-1"), "key-1"), (nil, "keys[0]"), (.string("a\nb"), "keys[0]"), (.string("a b"), "keys[0]"),
            (.string("\u{202E}x"), "keys[0]"), (.string(String(repeating: "k", count: 65)), "keys[0]"), (1, "keys[0]"),
        ] as [(JSONValue?, String)] {
            let set = try JWKSet(
                text: JSONValue.object(["keys": [.object(Self.like(.es256, [("kid", kid), ("use", "enc")]))]]).serialized,
                algorithms: [.es256])
            #expect(set.leftOut.map(\.name) == [name])
        }
    }

    @Test("Sets as providers publish them: an encryption key beside, no alg, certificates, and members that nobody here knows")
    func providers() throws {
        let directory = try TestDirectory()
        let certificate: [(String, JSONValue?)] = [("x5c", ["MIIC"]), ("x5t", "t"), ("x5t#S256", "t")]
        let sets: [(String, SigningAlgorithm, [JSONObject])] = [
            (
                "Keycloak", .rs256,
                [
                    try Self.like(.rs256, certificate + [("kid", "enc"), ("use", "enc"), ("alg", "RSA-OAEP")]),
                    try Self.like(.rs256, certificate + [("kid", "k1")]),
                ]
            ),
            (
                "Entra", .rs256,
                [
                    try Self.like(
                        .rs256, certificate + [("kid", "k1"), ("alg", nil), ("issuer", "https://login.example/{tenantid}/v2.0")]),
                    try Self.like(.rs256, certificate + [("kid", "k2"), ("alg", nil), ("cloud_instance_name", "example")]),
                ]
            ),
            ("Cognito", .rs256, [try Self.like(.rs256, [("kid", "id=")]), try Self.like(.rs256, [("kid", "k1")])]),
            ("Supabase", .es256, [try Self.like(.es256, [("kid", "k1"), ("ext", true), ("key_ops", ["verify"])])]),
            (
                "Auth0", .rs256,
                [try Self.like(.rs256, certificate + [("kid", "k1")]), try Self.like(.rs256, certificate + [("kid", "next")])]
            ),
            ("Okta", .rs256, [try Self.like(.rs256, [("kid", "k1"), ("status", "ACTIVE")])]),
        ]
        for (provider, algorithm, keys) in sets {
            for kind in Source.allCases {
                let verifier = try verifier(algorithm, source(kind, keys, directory))
                #expect(try verifier.verify(TestIssuer(algorithm).token(), now: TestKeys.now).sub == "alice", "\(provider)")
            }
        }
    }
}
