extension VerificationKey {
    /// Loads a PEM file with a public or a private key. A private one must not be readable by everyone.
    package static func pem(file path: String, algorithm: SigningAlgorithm, kid: String?) throws(TokenKeyError) -> VerificationKey {
        let file = try KeyFile(path: path)
        if KeyText.isPrivatePEM(file.contents) { try file.requirePrivate() }
        do {
            return try VerificationKey(pem: file.contents, algorithm: algorithm, kid: kid)
        } catch { throw error.at(path) }
    }

    /// Loads a shared secret: the bytes of the file as they are. A file of printable text alone may end in one line break, which is not part
    /// of the secret; a binary secret that happens to end in 0x0A keeps it.
    package static func secret(file path: String, algorithm: SigningAlgorithm, kid: String?) throws(TokenKeyError) -> VerificationKey {
        let file = try KeyFile(path: path)
        try file.requirePrivate()
        do throws(TokenKeyError) {
            guard let secret = KeyText.withoutLineEnd(file.contents) else { throw TokenKeyError(.weakKey, "the secret is empty") }
            return try VerificationKey(secret: secret, algorithm: algorithm, kid: kid)
        } catch { throw error.at(path) }
    }
}
