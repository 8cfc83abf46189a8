import GatehouseJSON
import GatehouseTokens

/// What a token costs at CONNECT: one that is new, and one that was verified before (SEC-40).
struct TokenBench {
    private let verifier: TokenVerifier
    private let tokens: [String]
    private static let now: Int64 = 1_700_000_000

    init(tokens count: Int = 2_000) throws {
        let key = try SigningKey(pem: KeyPair.privatePEM(for: .es256), algorithm: .es256, kid: "bench")
        let issuer = try TokenIssuer(key: key, iss: BenchFiles.iss, audience: ["gatehouse"])
        verifier = try TokenVerifier(
            issuers: IssuerSet([
                IssuerConfiguration(
                    name: "bench", iss: BenchFiles.iss, audience: ["gatehouse"], keys: [.key(key.verificationKey)], algorithms: [.es256],
                    leeway: 0)
            ]))
        tokens = try (0..<count).map { index in
            try issuer.issue(
                TokenRequest(subject: "user\(index)", clientID: "bench", lifetime: 3_600, claims: ["roles": ["user"]]), now: Self.now
            ).text
        }
    }

    /// Prints microseconds a token.
    func run() throws {
        let clock = ContinuousClock()
        for name in ["ES256 token, new", "ES256 token, known"] {
            let time = try clock.measure { for token in tokens { _ = try verifier.verify(token, now: Double(Self.now)) } }
            let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
            print("{\"benchmark\":\"\(name)\",\"us\":\((seconds * 1e8 / Double(tokens.count)).rounded() / 100)}")
        }
    }
}
