import COpenSSL

@testable import GatehouseTLS

/// What a misbehaving peer does with libssl, which the library itself never does.
enum TestOpenSSL {
    static let tls10 = TLS1_VERSION
    static let tls11 = TLS1_1_VERSION
    static let tls12 = TLS1_2_VERSION
    static let tls13 = TLS1_3_VERSION

    static func limit(_ context: TLSContext, toVersion version: Int32, ciphers: String?) {
        if version < tls12 {
            unsafe SSL_CTX_clear_options(context.handle, gatehouse_ssl_options)
            unsafe SSL_CTX_set_security_level(context.handle, 0)
        }
        _ = unsafe gatehouse_ssl_ctx_set_min_version(context.handle, version)
        _ = unsafe gatehouse_ssl_ctx_set_max_version(context.handle, version)
        if let ciphers { _ = unsafe SSL_CTX_set_cipher_list(context.handle, ciphers) }
    }
}
