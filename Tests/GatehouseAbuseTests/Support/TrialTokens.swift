import GatehouseJSON
import GatehouseTokens

/// The issuer of these tests. Its key is made for the run and stored nowhere but in the key set of a test's server.
enum TrialTokens {
    static let iss = "https://idp.example"
    private static let key = Result { () throws(TokenKeyError) in
        try SigningKey(pem: KeyPair.privatePEM(for: .es256), algorithm: .es256, kid: "k1")
    }

    static func jwks() throws -> String {
        JSONValue.object(["keys": .array([.object(try key.get().verificationKey.publicJWK())])]).serialized
    }

    /// - Parameter now: seconds since 1970.
    static func token(_ subject: String, now: Int64) throws -> String {
        let issuer = try TokenIssuer(key: key.get(), iss: iss, audience: ["gatehouse"])
        return try issuer.issue(TokenRequest(subject: subject, clientID: "tests", lifetime: 86_400, claims: [:]), now: now).text
    }
}
