import Foundation
import GatehouseJSON
import GatehouseTokens

/// The two issuers of the shipped production policies, with keys of this test.
struct ProductionIssuers {
    private let corp: TokenIssuer
    private let staff: TokenIssuer

    init() throws {
        corp = try Self.issuer("https://idp.example.com", audience: "gatehouse", .es256)
        staff = try Self.issuer("https://idp.example.com/staff", audience: "gatehouse-admin", .edDSA)
    }

    private static func issuer(_ iss: String, audience: String, _ algorithm: SigningAlgorithm) throws -> TokenIssuer {
        let key = try SigningKey(pem: KeyPair.privatePEM(for: algorithm), algorithm: algorithm, kid: "1")
        return try TokenIssuer(key: key, iss: iss, audience: [audience])
    }

    /// By the paths that the policies name.
    var keySets: [String: String] {
        get throws {
            try ["certs/corp.jwks.json": corp, "certs/staff.jwks.json": staff].mapValues {
                JSONValue.object(["keys": .array([.object(try $0.key.verificationKey.publicJWK())])]).serialized
            }
        }
    }

    /// The payload of a user's CONNECT.
    func user(_ subject: String, scopes: String) throws -> JSONObject {
        try auth(
            corp, TokenRequest(subject: subject, clientID: "app", lifetime: 600, claims: claims("user", ["scope": .string(scopes)])))
    }

    /// The same of one of the staff, who has just shown a second factor.
    func staff(_ subject: String, _ role: String) throws -> JSONObject {
        try auth(
            staff, TokenRequest(subject: subject, clientID: "ops", lifetime: 600, authTime: now, amr: ["mfa"], claims: claims(role, [:])))
    }

    private func claims(_ role: String, _ more: JSONObject) -> JSONObject {
        var claims: JSONObject = ["realm_access": ["roles": [.string(role)]], "tenant": "acme", "email_verified": true]
        for (name, value) in more.members { claims[name] = value }
        return claims
    }

    private var now: Int64 { Int64(Date().timeIntervalSince1970) }

    private func auth(_ issuer: TokenIssuer, _ request: TokenRequest) throws -> JSONObject {
        ["token": .string(try issuer.issue(request, now: now).text)]
    }
}
