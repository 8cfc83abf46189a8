@testable import GatehouseTokens

/// Keys made once for a test run; none is ever stored.
enum TestKeys {
    /// The time the tests live at.
    static let now = 1_800_000_000.0

    private static let pairs: [SigningAlgorithm: SecretBytes] = {
        var pairs: [SigningAlgorithm: SecretBytes] = [:]
        // RSA keys are slow to make, so all six RSA algorithms share one; the others have one each.
        let rsa = try? KeyPair.privatePEM(for: .rs256, rsaBits: 2048)
        for algorithm in SigningAlgorithm.allCases {
            switch algorithm.family {
            case .hmac: pairs[algorithm] = SecretBytes((0..<algorithm.digestBytes).map { _ in UInt8.random(in: 0...255) })
            case .rsaPKCS1, .rsaPSS: pairs[algorithm] = rsa
            case .ecdsa, .edwards: pairs[algorithm] = try? KeyPair.privatePEM(for: algorithm)
            }
        }
        return pairs
    }()

    struct Missing: Error {}

    /// The private PEM of `algorithm`, or its secret.
    static func secret(_ algorithm: SigningAlgorithm) throws -> SecretBytes {
        guard let secret = pairs[algorithm] else { throw Missing() }
        return secret
    }

    static func verificationKey(_ algorithm: SigningAlgorithm, kid: String? = "k1") throws -> VerificationKey {
        algorithm.family == .hmac
            ? try VerificationKey(secret: secret(algorithm), algorithm: algorithm, kid: kid)
            : try VerificationKey(pem: secret(algorithm), algorithm: algorithm, kid: kid)
    }

    static func signingKey(_ algorithm: SigningAlgorithm, kid: String? = "k1") throws -> SigningKey {
        algorithm.family == .hmac
            ? try SigningKey(secret: secret(algorithm), algorithm: algorithm, kid: kid)
            : try SigningKey(pem: secret(algorithm), algorithm: algorithm, kid: kid)
    }

    static func bytes(_ secret: SecretBytes) -> [UInt8] {
        unsafe secret.withBytes { unsafe Array($0) }
    }
}
