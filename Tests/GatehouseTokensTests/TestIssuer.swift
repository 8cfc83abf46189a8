import GatehouseJSON

@testable import GatehouseTokens

/// An issuer of the tests with its verifier, and tokens of it with anything in them.
struct TestIssuer {
    static let iss = "https://idp.example.com"
    let algorithm: SigningAlgorithm
    let kid: String?
    let verifier: TokenVerifier

    init(
        _ algorithm: SigningAlgorithm = .es256, kid: String? = "k1", cacheCapacity: Int = 0,
        change: (inout IssuerConfiguration) -> Void = { _ in }
    ) throws {
        self.algorithm = algorithm
        self.kid = kid
        var configuration = IssuerConfiguration(
            name: "corp", iss: Self.iss, audience: ["gatehouse"], keys: [.key(try TestKeys.verificationKey(algorithm, kid: kid))],
            algorithms: [algorithm])
        change(&configuration)
        verifier = try TokenVerifier([configuration], cacheCapacity: cacheCapacity)
    }

    static func header(_ algorithm: SigningAlgorithm, kid: String? = "k1") -> JSONObject {
        var header: JSONObject = ["alg": .string(algorithm.rawValue), "typ": "at+jwt"]
        if let kid { header["kid"] = .string(kid) }
        return header
    }

    static var claims: JSONObject {
        let now = Int64(TestKeys.now)
        return [
            "iss": .string(iss), "sub": "alice", "aud": "gatehouse", "exp": .integer(now + 600), "iat": .integer(now), "jti": "j1",
            "client_id": "web",
        ]
    }

    /// A signed token with these members.
    func token(_ header: JSONObject? = nil, _ claims: JSONObject = TestIssuer.claims) throws -> String {
        let header = header ?? Self.header(algorithm, kid: kid)
        return try token(header: JSONValue.object(header).serialized, claims: JSONValue.object(claims).serialized)
    }

    /// A signed token of these texts, whatever they are.
    func token(header: String, claims: String) throws -> String {
        try TestSignature.compact(header: header, claims: claims, secret: TestKeys.secret(algorithm), algorithm: algorithm)
    }

    /// The name of the check a token fails; nil if it is accepted.
    func refusal(of token: String, now: Double = TestKeys.now) -> String? {
        do throws(TokenRefusal) {
            _ = try verifier.verify(token, now: now)
            return nil
        } catch { return error.reason.name }
    }
}
