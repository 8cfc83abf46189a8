import COpenSSL

/// Whose certificates are accepted.
enum TLSTrust {
    static func install(_ wanted: TLSServerConfiguration.ClientCertificates, on context: OpaquePointer) throws(TLSError) {
        guard let path = wanted.authorityPath else {
            unsafe SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
            return
        }
        try unsafe load(path, into: context)
        ERR_clear_error()
        guard let names = unsafe SSL_load_client_CA_file(path) else {
            throw TLSError(.authorityInvalid, "\(path) holds no certificate authority in PEM form.", cause: OpenSSLFailure.drain())
        }
        unsafe SSL_CTX_set_client_CA_list(context, names)
        var mode = SSL_VERIFY_PEER
        if case .required = wanted { mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT }
        unsafe SSL_CTX_set_verify(context, mode, nil)
    }

    static func installServerTrust(authorityPath: String?, on context: OpaquePointer) throws(TLSError) {
        if let authorityPath {
            try unsafe load(authorityPath, into: context)
        } else {
            ERR_clear_error()
            guard unsafe SSL_CTX_set_default_verify_paths(context) == 1 else {
                throw TLSError(.authorityInvalid, "The system's certificate authorities cannot be read.", cause: OpenSSLFailure.drain())
            }
        }
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    }

    private static func load(_ path: String, into context: OpaquePointer) throws(TLSError) {
        // Read first: a missing file and a file without a certificate are different mistakes for the person who mends them.
        let text = try SmallFile.read(path, isSecret: false).bytes
        _ = try CertificateChain.parse(pem: text, name: path)
        ERR_clear_error()
        guard unsafe SSL_CTX_load_verify_file(context, path) == 1 else {
            throw TLSError(.authorityInvalid, "\(path) cannot be used as a list of authorities.", cause: OpenSSLFailure.drain())
        }
    }
}
