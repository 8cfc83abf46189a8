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

extension TestOpenSSL {
    static func allowRenegotiation(_ context: TLSContext) {
        unsafe SSL_CTX_clear_options(context.handle, gatehouse_ssl_options)
    }

    /// Makes a client offer these groups, with a key share of the first.
    static func offer(groups: String, _ context: TLSContext) -> Bool {
        unsafe gatehouse_ssl_ctx_set_groups(context.handle, groups) == 1
    }

    /// Begins a new handshake on an open connection, as a hostile client would.
    static func renegotiate(_ engine: TLSEngine) -> Bool {
        unsafe SSL_renegotiate(engine.ssl) == 1 && SSL_do_handshake(engine.ssl) <= 0
    }

    /// New keys with the next write, and a demand that the peer changes its own.
    static func demandNewKeys(_ engine: TLSEngine) -> Bool {
        // SSL_KEY_UPDATE_REQUESTED
        unsafe SSL_key_update(engine.ssl, 1) == 1
    }

    static func options(_ context: TLSContext) -> (compressionOff: Bool, renegotiationOff: Bool, ticketsOn: Bool) {
        let options = unsafe SSL_CTX_get_options(context.handle)
        return (options & (1 << 17) != 0, options & (1 << 30) != 0, options & (1 << 14) == 0)
    }

    /// A P-256 key under a password.
    static func encryptedKey() throws -> [UInt8] {
        let key = try PrivateKey.generateP256()
        let text = try TextBIO()
        let password = Array("secret".utf8)
        let written = unsafe PEM_write_bio_PrivateKey(text.handle, key.handle, EVP_aes_128_cbc(), password, 6, nil, nil)
        guard written == 1 else { throw OpenSSLFailure.drain() }
        return text.read()
    }
}

/// Counts how often OpenSSL frees the connections that were registered with it.
final class FreeCounter {
    private(set) var count = 0

    func watch(_ engine: TLSEngine) -> Bool {
        unsafe SSL_set_ex_data(engine.ssl, Self.index, Unmanaged.passUnretained(self).toOpaque()) == 1
    }

    private static let index: Int32 = unsafe CRYPTO_get_ex_new_index(
        CRYPTO_EX_INDEX_SSL, 0, nil, nil, nil,
        { _, pointer, _, _, _, _ in
            guard let pointer = unsafe pointer else { return }
            unsafe Unmanaged<FreeCounter>.fromOpaque(pointer).takeUnretainedValue().count += 1
        }
    )
}

extension TestOpenSSL {
    /// Lets a client go on with the session of an earlier connection.
    static func resume(_ earlier: TLSEngine, on engine: TLSEngine) -> Bool {
        guard let session = unsafe SSL_get1_session(earlier.ssl) else { return false }
        defer { unsafe SSL_SESSION_free(session) }
        return unsafe SSL_set_session(engine.ssl, session) == 1
    }
}
