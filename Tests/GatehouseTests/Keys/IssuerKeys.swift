import GatehouseJSON
import GatehouseTokens

@testable import Gatehouse

/// An issuer with several keys, as it has them over the years.
struct IssuerKeys: Sendable {
    static let iss = TestTokens.iss
    private let keys: [String: SigningKey]

    init(_ kids: String...) throws {
        keys = try Dictionary(
            uniqueKeysWithValues: kids.map { kid in
                (kid, try SigningKey(pem: KeyPair.privatePEM(for: .es256), algorithm: .es256, kid: kid))
            })
    }

    private func key(_ kid: String) throws -> SigningKey {
        guard let key = keys[kid] else { throw CancellationError() }
        return key
    }

    /// The JWK Set with these keys.
    func jwks(_ kids: String...) throws -> String {
        let members = try kids.map { JSONValue.object(try key($0).verificationKey.publicJWK()) }
        return JSONValue.object(["keys": .array(members)]).serialized
    }

    /// A token by one of the keys.
    func token(_ kid: String, subject: String = "alice", now: Int64) throws -> String {
        let issuer = try TokenIssuer(key: key(kid), iss: Self.iss, audience: ["gatehouse"])
        return try issuer.issue(TokenRequest(subject: subject, clientID: "tests", claims: ["roles": ["user"]]), now: now).text
    }
}
