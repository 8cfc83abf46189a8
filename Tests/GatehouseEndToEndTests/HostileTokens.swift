import Foundation
import GatehouseJSON
import Testing

/// Tokens of the second issuer, signed by its key with openssl: honest ones, and ones that name keys, addresses and files.
struct HostileTokens {
    struct Token: Sendable {
        var name: String
        var text: String
        /// Whether the issuer's key signed it and nothing else is wrong with it.
        var isGood: Bool
    }

    /// A port that nobody listens on; whoever follows an address in a token connects to it.
    static let address = "https://127.0.0.1:9"

    let honest: [Token]
    let hostile: [Token]

    init(in directory: ServerDirectory) async throws {
        honest = [
            try await Self.make("honest", in: directory), try await Self.make("honest, forged", isSigned: false, in: directory),
            try await Self.make("of a stranger", claims: ["iss": "https://stranger.example"], in: directory),
            try await Self.make("of a key that is gone", header: ["kid": "gone"], in: directory),
        ]
        let file = "file:///etc/hostname"
        let jwk: JSONValue = ["kty": "RSA", "kid": "second", "n": "AQAB", "e": "AQAB"]
        let headers: [(String, JSONObject)] = [
            ("jku", ["jku": .string(Self.address + "/jwks.json")]), ("jku of a file", ["jku": .string(file)]),
            ("x5u", ["x5u": .string(Self.address + "/cert.pem")]), ("x5c", ["x5c": ["MIIBIjANBgkq"]]), ("jwk", ["jwk": jwk]),
            (
                "all at once",
                [
                    "jku": .string(Self.address), "x5u": .string(file), "x5c": ["MIIB"], "jwk": jwk, "jwks_uri": .string(Self.address),
                    "x5t": "AAAA", "cty": "JWT", "zip": "DEF",
                ]
            ),
        ]
        var hostile: [Token] = []
        for (name, header) in headers {
            for isSigned in [true, false] {
                let name = name + (isSigned ? ", signed" : ", forged")
                hostile.append(try await Self.make(name, header: header, isSigned: isSigned, in: directory))
            }
        }
        for kid in ["../../x", "/etc/hostname", "certs/second.pem", Self.address + "/key", file, "second\u{0}.pem", "$(touch x)", "|id"] {
            hostile.append(try await Self.make("kid \(kid)", header: ["kid": .string(kid)], in: directory))
        }
        for iss in [Self.address, file, "../../x", "/etc/hostname"] {
            hostile.append(
                try await Self.make("iss \(iss)", header: ["jku": .string(Self.address)], claims: ["iss": .string(iss)], in: directory))
        }
        self.hostile = hostile
    }

    private static func make(
        _ name: String, header: JSONObject = [:], claims: JSONObject = [:], isSigned: Bool = true, in directory: ServerDirectory
    ) async throws -> Token {
        let now = Int64(Date().timeIntervalSince1970)
        var whole: JSONObject = ["alg": "RS256", "typ": "at+jwt", "kid": "second"]
        for (name, value) in header.members { whole[name] = value }
        var body: JSONObject = [
            "iss": "https://second.example", "sub": "alice", "aud": "gatehouse", "iat": .integer(now), "exp": .integer(now + 3_000),
            "jti": .string(UUID().uuidString), "roles": ["user"],
        ]
        for (name, value) in claims.members { body[name] = value }
        let input = [whole, body].map { base64URL(Data(JSONValue.object($0).serialized.utf8)) }.joined(separator: ".")
        let file = directory.url.appendingPathComponent("input")
        let signature = directory.url.appendingPathComponent("signature")
        try Data(input.utf8).write(to: file)
        let done = try await Command.run(
            "openssl", ["dgst", "-sha256", "-sign", "certs/second.pem", "-out", signature.path, file.path], in: directory.url)
        try #require(done.status == 0, "\(done.account)")
        var bytes = try Data(contentsOf: signature)
        if !isSigned { bytes[bytes.count / 2] ^= 1 }
        let isGood = isSigned && claims.isEmpty && header["kid"] == nil
        return Token(name: name, text: input + "." + base64URL(bytes), isGood: isGood)
    }

    private static func base64URL(_ data: Data) -> String {
        String(data.base64EncodedString().compactMap { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 == "=" ? nil : $0 })
    }
}
