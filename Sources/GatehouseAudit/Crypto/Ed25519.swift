internal import COpenSSL

/// Ed25519 through libcrypto, on raw keys.
enum Ed25519 {
    static func publicKey(of seed: [UInt8]) throws(AuditError) -> [UInt8] {
        guard let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else { throw failure("read a key") }
        defer { unsafe EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        guard unsafe EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == 32 else { throw failure("derive a public key") }
        return bytes
    }

    static func sign(_ message: [UInt8], seed: [UInt8]) throws(AuditError) -> [UInt8] {
        guard let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else { throw failure("read a key") }
        defer { unsafe EVP_PKEY_free(key) }
        guard let context = unsafe EVP_MD_CTX_new() else { throw failure("sign") }
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 64)
        var count = signature.count
        guard unsafe EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == 64
        else { throw failure("sign") }
        return signature
    }

    static func isValid(_ signature: [UInt8], of message: [UInt8], key bytes: [UInt8]) -> Bool {
        // A refused signature leaves an entry in this thread's error queue, by which others judge their calls.
        defer { ERR_clear_error() }
        guard let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count) else { return false }
        defer { unsafe EVP_PKEY_free(key) }
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        return unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    private static func failure(_ what: String) -> AuditError {
        ERR_clear_error()
        return AuditError(.crypto, "libcrypto failed to \(what) with Ed25519")
    }
}
