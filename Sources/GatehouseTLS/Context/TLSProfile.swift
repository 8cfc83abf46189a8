import COpenSSL

/// Mozilla's intermediate profile, without its finite-field Diffie-Hellman suites (SEC-01, SEC-43).
enum TLSProfile {
    static let tls12Ciphers = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    ].joined(separator: ":")
    static let tls13Ciphers = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    static let groups = "X25519:P-256:P-384"
    /// The only application protocol spoken here; h2 is never offered.
    package static let http11 = "http/1.1"
    /// A peer's certificate chain above this many bytes ends the handshake.
    static let maximumPeerChainBytes = 32 * 1024
    /// One ticket a connection: it serves one later reconnect, and each costs a record and an encryption.
    static let ticketsPerConnection = 1
    /// A resumed session of mutual TLS carries the peer certificate that was verified then, so tickets do not live long.
    static let ticketLifetimeSeconds = 2 * 60 * 60

    /// Settings that both roles share. The client's cipher order decides, as in Mozilla's profile: all listed suites are good, and a phone
    /// without AES instructions prefers ChaCha20.
    static func apply(to context: OpaquePointer) throws(TLSError) {
        ERR_clear_error()
        unsafe SSL_CTX_set_options(context, gatehouse_ssl_options)
        unsafe SSL_CTX_set_security_level(context, 2)
        // Empty buffers of 16 KiB each way are freed: most connections are idle most of the time.
        let mode = SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
        unsafe gatehouse_ssl_ctx_set_mode(context, Int(mode))
        unsafe gatehouse_ssl_ctx_set_max_cert_list(context, maximumPeerChainBytes)
        guard
            unsafe gatehouse_ssl_ctx_set_min_version(context, TLS1_2_VERSION) == 1,
            unsafe gatehouse_ssl_ctx_set_max_version(context, TLS1_3_VERSION) == 1,
            unsafe SSL_CTX_set_cipher_list(context, tls12Ciphers) == 1,
            unsafe SSL_CTX_set_ciphersuites(context, tls13Ciphers) == 1,
            unsafe gatehouse_ssl_ctx_set_groups(context, groups) == 1
        else {
            throw TLSError(
                .libraryFailure,
                "This OpenSSL does not offer the cipher suites and groups that Gatehouse requires.",
                cause: OpenSSLFailure.drain()
            )
        }
    }
}
