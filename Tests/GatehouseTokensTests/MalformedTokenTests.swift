import GatehouseJSON
import Testing

@testable import GatehouseTokens

@Suite("The strict front end")
struct MalformedTokenTests {
    private static let claims = JSONValue.object(TestIssuer.claims).serialized

    private func refusal(_ header: String, _ claims: String = MalformedTokenTests.claims) throws -> String? {
        let issuer = try TestIssuer(.hs256)
        return issuer.refusal(of: try issuer.token(header: header, claims: claims))
    }

    /// A good token with one of its parts put through `change`, unsigned again: the form must be refused before the signature is looked at.
    private func refusal(part: Int, _ change: (String) -> String) throws -> String? {
        let issuer = try TestIssuer(.hs256)
        var parts = try issuer.token().split(separator: ".").map(String.init)
        parts[part] = change(parts[part])
        return issuer.refusal(of: parts.joined(separator: "."))
    }

    @Test(
        "SEC-14: a token is three parts that are not empty",
        arguments: [
            "", ".", "..", "...", "a", "a.", "a.b", "a.b.", ".b.c", "a..c", "a.b..", "a.b.c.", ".a.b.c", "a.b.c.d", "a.b.c.d.e", "....",
            "\u{0}",
        ])
    func parts(text: String) throws {
        #expect(try TestIssuer(.hs256).refusal(of: text) == "malformed:parts")
    }

    @Test("SEC-14: white space around a token is not stripped", arguments: [" ", "\n", "\t", "\r\n", "\u{0}", "\u{FEFF}", "Bearer ", "\""])
    func surroundings(text: String) throws {
        let issuer = try TestIssuer(.hs256)
        let token = try issuer.token()
        #expect(issuer.refusal(of: text + token) == "malformed:base64")
        #expect(issuer.refusal(of: token + text) == "malformed:base64")
    }

    @Test(
        "SEC-14: a part is base64url and nothing else", arguments: [0, 1, 2],
        ["=", "==", "+", "/", " ", "\n", "\t", "%3D", "\u{0}", "é", "*", "~", ",", ":", "-_!", "\\", "\u{7F}"])
    func alphabet(part: Int, junk: String) throws {
        #expect(try refusal(part: part) { $0 + junk } == "malformed:base64")
        #expect(try refusal(part: part) { junk + $0 } == "malformed:base64")
        #expect(try refusal(part: part) { $0.prefix(4) + junk + $0.dropFirst(4) } == "malformed:base64")
    }

    @Test(
        "SEC-14: bits left over are zero, and no length is 4n+1", arguments: ["A", "AAAAA", "AB", "AP", "A_", "AAB", "AAC", "AAD", "AA-"])
    func trailingBits(text: String) {
        #expect(Base64.url.decode(text.utf8) == nil)
    }

    @Test("SEC-14: base64url has one text for one value", arguments: 0..<67)
    func roundTrip(count: Int) {
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255) }
        #expect(Base64.url.decode(Base64.url.encode(bytes).utf8) == bytes)
    }

    @Test(
        "SEC-14: the header is one strict JSON object",
        arguments: [
            "", " ", "null", "true", "1", "\"a\"", "[]", "[{}]", "{", "}", "{}}", "{} {}", "{\"alg\":\"HS256\"", "{\"alg\":\"HS256\",}",
            "{'alg':'HS256'}", "{alg:\"HS256\"}", "{\"alg\":\"HS256\"}\u{0}", "\u{FEFF}{\"alg\":\"HS256\"}", "{\"alg\":\"HS256\"}x",
            "{\"alg\":\"HS256\",\"alg\":\"HS256\"}", "{\"alg\":\"none\",\"alg\":\"HS256\"}", "{\"alg\":\"HS256\",\"\\u0061lg\":\"none\"}",
            "{\"alg\":\"HS256\",\"kid\":\"k1\",\"kid\":\"k1\"}", "{\"alg\":\"HS256\",\"x\":NaN}", "{\"alg\":\"HS256\",\"x\":01}",
            "{\"alg\":\"HS256\",\"x\":\"\\ud800\"}", "{\"alg\":\"HS256\",\"x\":\"\u{1}\"}", "{\"alg\":\"HS256\",\"x\":{\"a\":1,\"a\":2}}",
            "{\"alg\":\"HS256\",\"x\":" + String(repeating: "[", count: 60) + String(repeating: "]", count: 60) + "}",
            "/**/{\"alg\":\"HS256\"}",
        ])
    func headerJSON(text: String) throws {
        // An empty text makes an empty part.
        #expect(try refusal(text) == (text.isEmpty ? "malformed:parts" : "malformed:json"))
    }

    @Test(
        "SEC-14: the claims are one strict JSON object",
        arguments: [
            "null", "[]", "\"x\"", "{\"iss\":\"a\",\"iss\":\"a\"}", "{\"exp\":1e400}", "{\"exp\":0x10}", "{\"exp\":+1}", "{\"exp\":.5}",
            "{\"exp\":Infinity}", "{\"a\":{\"b\":1,\"b\":1}}", "{} ,", "{\"sub\":\"a\u{0}b\"}", "{\"sub\":\"\\udc00\"}",
            "{\"a\":1 \"b\":2}",
            String(repeating: "{\"a\":", count: 40) + "1" + String(repeating: "}", count: 40),
        ])
    func claimsJSON(text: String) throws {
        #expect(try refusal(JSONValue.object(TestIssuer.header(.hs256)).serialized, text) == "malformed:json")
    }

    @Test(
        "SEC-14: bytes that are not UTF-8 are refused",
        arguments: [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) throws {
        let issuer = try TestIssuer(.hs256)
        let header = Base64.url.encode(Array("{\"alg\":\"HS256\",\"kid\":\"".utf8) + bytes + Array("\"}".utf8))
        #expect(issuer.refusal(of: "\(header).e30.AAAA") == "malformed:json")
    }

    @Test(
        "SEC-08: alg is a known name, byte for byte",
        arguments: [
            "{}", "{\"alg\":null}", "{\"alg\":1}", "{\"alg\":[\"HS256\"]}", "{\"alg\":{\"a\":1}}", "{\"alg\":\"\"}", "{\"alg\":\"none\"}",
            "{\"alg\":\"None\"}", "{\"alg\":\"NONE\"}", "{\"alg\":\"nOnE\"}", "{\"alg\":\"hs256\"}", "{\"alg\":\"HS256 \"}",
            "{\"alg\":\"HS256\\u0000\"}",
            "{\"alg\":\"HS1\"}", "{\"alg\":\"RSA-OAEP\"}", "{\"alg\":\"dir\"}", "{\"ALG\":\"HS256\"}", "{\"alg\":\"ES256K\"}",
            "{\"alg\":true}",
        ])
    func algorithmName(text: String) throws {
        #expect(try refusal(text) == "header:alg")
    }

    @Test(
        "SEC-10: crit in any form, and b64 in any form, is refused",
        arguments: [
            ("crit", "[\"b64\"]"), ("crit", "[\"exp\"]"), ("crit", "[]"), ("crit", "\"exp\""), ("crit", "null"), ("crit", "{}"),
            ("crit", "[1]"),
            ("crit", "[\"alg\"]"), ("crit", "[\"x\",\"x\"]"), ("crit", "false"), ("b64", "false"), ("b64", "true"), ("b64", "null"),
            ("b64", "\"false\""),
        ])
    func criticalHeaders(name: String, value: String) throws {
        #expect(try refusal("{\"alg\":\"HS256\",\"kid\":\"k1\",\"typ\":\"at+jwt\",\"\(name)\":\(value)}") == "header:\(name)")
    }

    @Test(
        "SEC-09: kid is a text of 1 to 256 bytes",
        arguments: ["1", "null", "[]", "{}", "true", "\"\"", "\"" + String(repeating: "k", count: 257) + "\""])
    func keyIdentifier(value: String) throws {
        #expect(try refusal("{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\(value)}") == "header:kid")
    }

    @Test("AC-35, SEC-14: 8 KiB pass the size check and one byte more does not")
    func size() throws {
        let issuer = try TestIssuer(.hs256)
        var claims = TestIssuer.claims
        // Filled up to the byte: three bytes of claims are four of text.
        let empty = try issuer.token(nil, claims).utf8.count
        claims["pad"] = .string(String(repeating: "x", count: (8192 - empty) / 4 * 3 - 12))
        let token = try issuer.token(nil, claims)
        #expect(token.utf8.count <= 8192 && token.utf8.count > 8160 && issuer.refusal(of: token) == nil)
        #expect(issuer.refusal(of: String(repeating: "A", count: 8192)) == "malformed:parts")
        #expect(issuer.refusal(of: String(repeating: "A", count: 8193)) == "too_large")
        #expect(issuer.refusal(of: "a.b." + String(repeating: "A", count: 21_830)) == "too_large")
    }

    @Test("SEC-C: unknown header members, and those that name keys, have no effect")
    func unusedHeaders() throws {
        let issuer = try TestIssuer(.hs256)
        var header = TestIssuer.header(.hs256)
        for name in ["jku", "x5u"] { header[name] = "https://127.0.0.1:1/keys" }
        header["jwk"] = ["kty": "oct", "k": "AAAA"]
        header["x5c"] = ["AAAA"]
        header["anything"] = [1, 2]
        #expect(issuer.refusal(of: try issuer.token(header)) == nil)
    }

    @Test("SEC-30: no bytes end the process", arguments: 0..<8)
    func randomBytes(seed: Int) throws {
        let issuer = try TestIssuer(.hs256)
        let good = Array(try issuer.token().utf8)
        for _ in 0..<2000 {
            var bytes = good
            for _ in 0...Int.random(in: 0...3) {
                switch Int.random(in: 0...3) {
                case 0: bytes[Int.random(in: 0..<bytes.count)] = UInt8.random(in: 0...255)
                case 1: bytes.remove(at: Int.random(in: 0..<bytes.count))
                case 2: bytes.insert(UInt8(ascii: "."), at: Int.random(in: 0..<bytes.count))
                default: bytes.removeLast(Int.random(in: 0..<bytes.count / 2))
                }
            }
            guard bytes != good else { continue }
            #expect(throws: TokenRefusal.self) { _ = try issuer.verifier.verify(bytes, now: TestKeys.now) }
        }
    }
}
