/// A key that verifies tokens: one key, one algorithm, checked at load and immutable after, so that it may be used on any thread.
package struct VerificationKey: Sendable {
    enum Material: Sendable {
        case secret(SecretBytes)
        case publicKey(PublicKey)
    }

    /// The id tokens name it by; nil only for an issuer's single key.
    package let kid: String?
    /// The one algorithm it verifies (SEC-08).
    package let algorithm: SigningAlgorithm
    /// Whether it is marked as made for development.
    package let isDevelopment: Bool
    /// The one length its signatures have, in bytes.
    package let signatureLength: Int
    let material: Material

    /// An HMAC key.
    package init(secret: SecretBytes, algorithm: SigningAlgorithm, kid: String?, isDevelopment: Bool = false) throws(TokenKeyError) {
        guard algorithm.family == .hmac else {
            throw TokenKeyError(.algorithmMismatch, "a shared secret cannot serve \(algorithm.rawValue): configure HS256, HS384 or HS512")
        }
        guard secret.count >= algorithm.digestBytes else {
            throw TokenKeyError(
                .weakKey,
                "a secret of \(secret.count) bytes is too short for \(algorithm.rawValue), which needs \(algorithm.digestBytes) random bytes"
            )
        }
        guard !KeyText.isPEM(secret) else {
            throw TokenKeyError(.algorithmMismatch, "the secret for \(algorithm.rawValue) is a PEM text: a key pair is not a shared secret")
        }
        try self.init(.secret(secret), algorithm: algorithm, kid: kid, isDevelopment: isDevelopment, signatureLength: algorithm.digestBytes)
    }

    /// A public key, or the public half of a private one.
    package init(pem: SecretBytes, algorithm: SigningAlgorithm, kid: String?) throws(TokenKeyError) {
        let isDevelopment = KeyText.hasDevelopmentMark(pem)
        try self.init(publicKey: PublicKey(pem: pem), algorithm: algorithm, kid: kid, isDevelopment: isDevelopment)
    }

    init(publicKey: PublicKey, algorithm: SigningAlgorithm, kid: String?, isDevelopment: Bool) throws(TokenKeyError) {
        guard publicKey.fits(algorithm) else {
            throw TokenKeyError(.algorithmMismatch, "a key that is \(publicKey.kind.name) cannot serve \(algorithm.rawValue)")
        }
        try self.init(
            .publicKey(publicKey), algorithm: algorithm, kid: kid, isDevelopment: isDevelopment, signatureLength: publicKey.signatureLength)
    }

    private init(
        _ material: Material, algorithm: SigningAlgorithm, kid: String?, isDevelopment: Bool, signatureLength: Int
    ) throws(TokenKeyError) {
        if let kid, !(1...256).contains(kid.utf8.count) {
            throw TokenKeyError(.keyID, "a kid has 1 to 256 bytes")
        }
        self.material = material
        self.algorithm = algorithm
        self.kid = kid
        self.isDevelopment = isDevelopment
        self.signatureLength = signatureLength
    }

    /// Whether both are the same key, under the same name and for the same algorithm.
    func isSame(as other: VerificationKey) -> Bool {
        guard algorithm == other.algorithm, kid.map({ Array($0.utf8) }) == other.kid.map({ Array($0.utf8) }) else { return false }
        return switch (material, other.material) {
        case (.secret(let mine), .secret(let theirs)): mine.isEqual(to: theirs)
        case (.publicKey(let mine), .publicKey(let theirs)): mine.isEqual(to: theirs)
        default: false
        }
    }

    /// Whether this key signed `token`, whose header names this key's algorithm and whose signature has this key's length.
    func verifies(_ token: StrictToken) -> Bool {
        switch material {
        case .publicKey(let key):
            key.isValid(signature: token.signature, over: token.signingInput, algorithm: algorithm)
        case .secret(let secret) where MessageAuthentication.isReadByLibjwt(typ: token.type):
            MessageAuthentication.isValidByLibjwt(token: token.bytes, key: secret, algorithm: algorithm)
        case .secret(let secret):
            MessageAuthentication.isValid(signature: token.signature, over: token.signingInput, key: secret, algorithm: algorithm)
        }
    }
}
