import GatehouseJSON
import GatehouseTestSupport
import GatehouseTokens

/// The issuer of the tests. Its key is made for the run and stored nowhere.
enum TestTokens {
    static let iss = "https://idp.example"
    private static let key = Result { () throws(TokenKeyError) in
        try SigningKey(pem: KeyPair.privatePEM(for: .es256), algorithm: .es256, kid: "k1")
    }

    static func verifier(leeway: Double = 0) throws -> TokenVerifier {
        try TokenVerifier(
            issuers: IssuerSet([
                IssuerConfiguration(
                    name: "corp", iss: iss, audience: ["gatehouse"], keys: [.key(try key.get().verificationKey)], algorithms: [.es256],
                    leeway: leeway)
            ]))
    }

    /// The JWK Set by which a server that reads files knows the issuer.
    static func jwks() throws -> String {
        JSONValue.object(["keys": .array([.object(try key.get().verificationKey.publicJWK())])]).serialized
    }

    /// A token issued at the start of the test clock, or at `now` (seconds since 1970).
    /// - Parameter roles: `nil` for a claim that is of the wrong type.
    static func token(
        _ subject: String, roles: [String]? = ["user"], lifetime: Int64 = 3_600, now: Int64 = TestClock.start / 1_000,
        claims: JSONObject = [:]
    ) throws -> String {
        var claims = claims
        claims["roles"] = roles.map { .array($0.map { .string($0) }) } ?? .integer(1)
        let issuer = try TokenIssuer(key: key.get(), iss: iss, audience: ["gatehouse"])
        return try issuer.issue(TokenRequest(subject: subject, clientID: "tests", lifetime: lifetime, claims: claims), now: now).text
    }
}
