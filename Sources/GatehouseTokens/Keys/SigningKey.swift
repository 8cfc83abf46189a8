/// A key that issues tokens: the PEM text of a private key, or an HMAC secret, with the key that verifies what it signs.
package struct SigningKey: Sendable {
    package let algorithm: SigningAlgorithm
    package let kid: String?
    /// What signs, in the form libjwt takes.
    let secret: SecretBytes
    /// Verifies what this key signs.
    package let verificationKey: VerificationKey

    package var isDevelopment: Bool { verificationKey.isDevelopment }

    /// A private key as PEM text; comments before the block are allowed.
    package init(pem: SecretBytes, algorithm: SigningAlgorithm, kid: String?) throws(TokenKeyError) {
        guard KeyText.isPrivatePEM(pem) else {
            throw TokenKeyError(.malformedKey, "signing needs a private key, and this PEM text holds none")
        }
        secret = pem
        verificationKey = try VerificationKey(pem: pem, algorithm: algorithm, kid: kid)
        self.algorithm = algorithm
        self.kid = kid
    }

    /// An HMAC secret.
    package init(secret: SecretBytes, algorithm: SigningAlgorithm, kid: String?) throws(TokenKeyError) {
        self.secret = secret
        verificationKey = try VerificationKey(secret: secret, algorithm: algorithm, kid: kid)
        self.algorithm = algorithm
        self.kid = kid
    }

    /// Loads a private key or a secret from a file that not everyone may read. `nil` for `algorithm` reads it off an EC key's curve.
    package init(file path: String, algorithm: SigningAlgorithm?, kid: String?) throws(TokenKeyError) {
        let file = try KeyFile(path: path)
        try file.requirePrivate()
        do throws(TokenKeyError) {
            if KeyText.isPEM(file.contents) {
                let pinned = if let algorithm { algorithm } else { try Self.algorithm(ofPEM: file.contents) }
                try self.init(pem: file.contents, algorithm: pinned, kid: kid)
            } else {
                guard let algorithm else { throw TokenKeyError(.configuration, "a secret needs an algorithm: HS256, HS384 or HS512") }
                guard let secret = KeyText.withoutLineEnd(file.contents) else { throw TokenKeyError(.weakKey, "the secret is empty") }
                try self.init(secret: secret, algorithm: algorithm, kid: kid)
            }
        } catch { throw error.at(path) }
    }

    private static func algorithm(ofPEM pem: SecretBytes) throws(TokenKeyError) -> SigningAlgorithm {
        guard case .elliptic(let curve) = try PublicKey(pem: pem).kind else {
            throw TokenKeyError(.configuration, "the key is not an EC key, so its algorithm must be given")
        }
        return curve.algorithm
    }
}
