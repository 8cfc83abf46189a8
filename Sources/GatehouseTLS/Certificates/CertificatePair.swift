import COpenSSL

/// A certificate chain and its key, read and checked. Neither reaches a context before every check has passed (SEC-44).
struct CertificatePair: ~Copyable {
    private let chain: CertificateChain
    private let key: PrivateKey
    let summary: CertificateSummary

    init(certificatePath: String, privateKeyPath: String, now: Int64) throws(TLSError) {
        let chain = try CertificateChain.parse(pem: SmallFile.read(certificatePath, isSecret: false), name: certificatePath)
        var keyText = try SmallFile.read(privateKeyPath, isSecret: true)
        defer { SmallFile.wipe(&keyText) }
        let key = try PrivateKey(pem: keyText, name: privateKeyPath)
        guard let leaf = unsafe chain.handles.first, let summary = chain.leafSummary() else {
            throw TLSError(.certificateInvalid, "\(certificatePath) holds no certificate.")
        }
        ERR_clear_error()
        guard unsafe X509_check_private_key(leaf, key.handle) == 1 else {
            throw TLSError(
                .keyMismatch,
                "The key \(privateKeyPath) is not the key of the first certificate in \(certificatePath).",
                cause: OpenSSLFailure.drain()
            )
        }
        try Self.checkDates(summary, path: certificatePath, now: now)
        self.chain = chain
        self.key = key
        self.summary = summary
    }

    borrowing func install(on context: OpaquePointer) throws(TLSError) {
        ERR_clear_error()
        var certificates = unsafe chain.handles[...]
        guard let leaf = unsafe certificates.popFirst(), unsafe SSL_CTX_use_certificate(context, leaf) == 1 else {
            throw TLSError(.certificateInvalid, "OpenSSL refused the certificate.", cause: OpenSSLFailure.drain())
        }
        while let certificate = unsafe certificates.popFirst() {
            guard unsafe gatehouse_ssl_ctx_add1_chain_cert(context, certificate) == 1 else {
                throw TLSError(.certificateInvalid, "OpenSSL refused a certificate of the chain.", cause: OpenSSLFailure.drain())
            }
        }
        guard unsafe SSL_CTX_use_PrivateKey(context, key.handle) == 1 else {
            throw TLSError(.keyInvalid, "OpenSSL refused the private key.", cause: OpenSSLFailure.drain())
        }
    }

    private static func checkDates(_ summary: CertificateSummary, path: String, now: Int64) throws(TLSError) {
        guard now <= summary.notAfter else {
            throw TLSError(.certificateExpired, "The certificate in \(path) expired at \(summary.notAfter) (seconds since 1970). Renew it.")
        }
        guard now >= summary.notBefore else {
            throw TLSError(
                .certificateNotYetValid,
                "The certificate in \(path) is valid from \(summary.notBefore) (seconds since 1970); check this machine's clock."
            )
        }
    }
}
