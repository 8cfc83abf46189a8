import GatehouseJSON
import Testing

@testable import GatehouseTokens

@Suite("One key, one algorithm")
struct AlgorithmConfusionTests {
    @Test("SEC-08: of all header algorithms only the key's own passes", arguments: SigningAlgorithm.allCases, SigningAlgorithm.allCases)
    func matrix(key: SigningAlgorithm, header: SigningAlgorithm) throws {
        let issuer = try TestIssuer(key)
        // Signed as the header says wherever the key allows it (an RSA key signs six ways), else as the key does.
        let signer = try TestKeys.verificationKey(key)
        let signs: Bool = if case .publicKey(let publicKey) = signer.material { publicKey.fits(header) } else { header.family == .hmac }
        let text = try TestSignature.compact(
            header: JSONValue.object(TestIssuer.header(header)).serialized, claims: JSONValue.object(TestIssuer.claims).serialized,
            secret: TestKeys.secret(key), algorithm: signs ? header : key)
        #expect(issuer.refusal(of: text) == (key == header ? nil : "alg_mismatch"))
    }

    @Test(
        "SEC-08: an RSA public key is no HMAC secret", arguments: ["PEM", "DER", "JWK", "modulus", "empty"],
        [SigningAlgorithm.hs256, .hs512])
    func publicKeyAsSecret(form: String, header: SigningAlgorithm) throws {
        let issuer = try TestIssuer(.rs256)
        let pem = try KeyPair.publicPEM(of: TestKeys.secret(.rs256))
        let key = try TestKeys.verificationKey(.rs256)
        guard case .publicKey(let publicKey) = key.material, let modulus = publicKey.integer(named: "n"),
            let e = publicKey.integer(named: "e")
        else { throw TestKeys.Missing() }
        let secret: [UInt8] =
            switch form {
            case "PEM": TestKeys.bytes(pem)
            case "DER": SubjectPublicKeyInfo.rsa(modulus: modulus, exponent: e)
            case "JWK": Array(JSONValue.object(try key.publicJWK()).serialized.utf8)
            case "modulus": modulus
            default: []
            }
        let input = try issuer.token(TestIssuer.header(header)).split(separator: ".").prefix(2).joined(separator: ".")
        let code = try TestSignature.hmac(Array(input.utf8), key: secret, algorithm: header)
        #expect(issuer.refusal(of: input + "." + Base64.url.encode(code)) == "alg_mismatch")
    }

    @Test("SEC-13: a PEM text is refused as a secret")
    func pemAsSecret() throws {
        let pem = try KeyPair.publicPEM(of: TestKeys.secret(.rs256))
        #expect { _ = try VerificationKey(secret: pem, algorithm: .hs256, kid: nil) } throws: {
            ($0 as? TokenKeyError)?.code == .algorithmMismatch
        }
    }

    @Test(
        "SEC-13: an HMAC key is at least as long as the hash", arguments: [SigningAlgorithm.hs256, .hs384, .hs512],
        [1, 5, 31, 32, 47, 48, 63, 64])
    func secretLength(algorithm: SigningAlgorithm, count: Int) throws {
        let secret = try #require(SecretBytes([UInt8](repeating: 7, count: count)))
        if count >= algorithm.digestBytes {
            #expect(try VerificationKey(secret: secret, algorithm: algorithm, kid: nil).signatureLength == algorithm.digestBytes)
        } else {
            #expect { _ = try VerificationKey(secret: secret, algorithm: algorithm, kid: nil) } throws: {
                ($0 as? TokenKeyError)?.code == .weakKey
            }
        }
    }

    @Test("SEC-13: there is no empty secret")
    func emptySecret() {
        #expect(SecretBytes([]) == nil)
    }

    @Test("SEC-13: RSA below 2048 bits is refused")
    func weakRSA() throws {
        let pem = try KeyPair.privatePEM(for: .rs256, rsaBits: 1024)
        #expect { _ = try VerificationKey(pem: pem, algorithm: .rs256, kid: nil) } throws: { ($0 as? TokenKeyError)?.code == .weakKey }
    }

    @Test("SEC-08: a key is loaded only for an algorithm of its kind", arguments: SigningAlgorithm.allCases, SigningAlgorithm.allCases)
    func keyKind(key: SigningAlgorithm, algorithm: SigningAlgorithm) throws {
        guard key.family != .hmac else { return }
        let pem = try TestKeys.secret(key)
        let isRSA = [.rsaPKCS1, .rsaPSS].contains(key.family) && [.rsaPKCS1, .rsaPSS].contains(algorithm.family)
        if isRSA || key == algorithm {
            #expect(try VerificationKey(pem: pem, algorithm: algorithm, kid: nil).algorithm == algorithm)
        } else {
            #expect { _ = try VerificationKey(pem: pem, algorithm: algorithm, kid: nil) } throws: {
                ($0 as? TokenKeyError)?.code == .algorithmMismatch
            }
        }
    }

    @Test("SEC-14: a signature has the one length of its key", arguments: SigningAlgorithm.allCases)
    func signatureLength(algorithm: SigningAlgorithm) throws {
        let issuer = try TestIssuer(algorithm)
        let token = try StrictToken(Array(issuer.token().utf8))
        let input = String(decoding: token.signingInput, as: UTF8.self)
        for length in [1, token.signature.count - 1, token.signature.count + 1, token.signature.count * 2, 4000] {
            let signature = Array((token.signature + [UInt8](repeating: 0, count: 4000)).prefix(length))
            #expect(issuer.refusal(of: input + "." + Base64.url.encode(signature)) == "signature_length")
        }
        let zero = [UInt8](repeating: 0, count: token.signature.count)
        #expect(issuer.refusal(of: input + "." + Base64.url.encode(zero)) == "bad_signature")
        let ones = [UInt8](repeating: 0xFF, count: token.signature.count)
        #expect(issuer.refusal(of: input + "." + Base64.url.encode(ones)) == "bad_signature")
    }

    @Test("SEC-14: an ECDSA signature in DER is refused", arguments: [SigningAlgorithm.es256, .es384, .es512])
    func derSignature(algorithm: SigningAlgorithm) throws {
        let issuer = try TestIssuer(algorithm)
        let input = try issuer.token().split(separator: ".").prefix(2).joined(separator: ".")
        let der = try TestSignature.asymmetric(Array(input.utf8), pem: TestKeys.bytes(TestKeys.secret(algorithm)), algorithm: algorithm)
        #expect(issuer.refusal(of: input + "." + Base64.url.encode(der)) == "signature_length")
    }

    @Test("Every change of one bit of a signature is seen", arguments: SigningAlgorithm.allCases)
    func flippedBits(algorithm: SigningAlgorithm) throws {
        let issuer = try TestIssuer(algorithm)
        let token = try StrictToken(Array(issuer.token().utf8))
        let input = String(decoding: token.signingInput, as: UTF8.self)
        for _ in 0..<16 {
            var signature = token.signature
            signature[Int.random(in: 0..<signature.count)] ^= 1 << UInt8.random(in: 0..<8)
            #expect(issuer.refusal(of: input + "." + Base64.url.encode(signature)) == "bad_signature")
        }
    }
}
