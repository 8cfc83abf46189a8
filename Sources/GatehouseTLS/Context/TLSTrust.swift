import COpenSSL

/// The authorities whose certificates are accepted.
enum TLSTrust {
    static func install(_ wanted: TLSServerConfiguration.ClientCertificates, on context: OpaquePointer) throws(TLSError) {
        guard let path = wanted.authorityPath else {
            unsafe SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
            return
        }
        let authorities = try unsafe load(path, into: context)
        var named = unsafe authorities.handles[...]
        while let authority = unsafe named.popFirst() {
            // The names of the authorities, which a client is shown when it is asked for a certificate.
            guard unsafe SSL_CTX_add_client_CA(context, authority) == 1 else {
                throw TLSError(.authorityInvalid, "\(path) cannot be used as a list of authorities.", cause: OpenSSLFailure.drain())
            }
        }
        var mode = SSL_VERIFY_PEER
        if case .required = wanted { mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT }
        unsafe SSL_CTX_set_verify(context, mode, nil)
    }

    static func installServerTrust(authorityPath: String?, on context: OpaquePointer) throws(TLSError) {
        if let authorityPath {
            _ = try unsafe load(authorityPath, into: context)
        } else {
            ERR_clear_error()
            guard unsafe SSL_CTX_set_default_verify_paths(context) == 1 else {
                throw TLSError(.authorityInvalid, "The system's certificate authorities cannot be read.", cause: OpenSSLFailure.drain())
            }
        }
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    }

    /// Trusts the authorities of a file. It is read once, so the file that was checked is the file that is trusted.
    private static func load(_ path: String, into context: OpaquePointer) throws(TLSError) -> CertificateChain {
        let text = try SmallFile.read(path, isSecret: false)
        let authorities = try CertificateChain.parse(pem: text, name: path)
        ERR_clear_error()
        let store = unsafe SSL_CTX_get_cert_store(context)
        var trusted = unsafe authorities.handles[...]
        while let authority = unsafe trusted.popFirst() {
            guard unsafe X509_STORE_add_cert(store, authority) == 1 else {
                throw TLSError(.authorityInvalid, "\(path) cannot be used as a list of authorities.", cause: OpenSSLFailure.drain())
            }
        }
        return authorities
    }
}
