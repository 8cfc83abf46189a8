internal import COpenSSL
internal import GatehouseLiveObjects

extension SigningKey {
    /// This key's signature over `message` by libcrypto, in JOSE's form; nil if the library fails. The caller says why it does not use libjwt.
    func signature(over message: [UInt8]) -> [UInt8]? {
        OpenSSLErrorQueue.isolated {
            if algorithm.family == .hmac { return MessageAuthentication.code(over: message[...], key: secret, algorithm: algorithm) }
            let parsed = unsafe PublicKey.read(secret) { unsafe PEM_read_bio_PrivateKey($0, nil, PublicKey.noPassphrase, nil) }
            guard let key = unsafe OwnedHandle(parsed, .key, release: { unsafe EVP_PKEY_free($0) }),
                let made = unsafe key.withPointer({ unsafe Self.sign(message, key: $0, algorithm: algorithm) })
            else { return nil }
            guard let curve = algorithm.curve else { return made }
            return Self.raw(fromDER: made, coordinateBytes: curve.coordinateBytes)
        }
    }

    private static func sign(_ message: [UInt8], key: OpaquePointer, algorithm: SigningAlgorithm) -> [UInt8]? {
        guard let context = unsafe EVP_MD_CTX_new() else { return nil }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe prepare(context, key: key, algorithm: algorithm) else { return nil }
        return unsafe message.withUnsafeBufferPointer { message in
            var length = 0
            guard unsafe EVP_DigestSign(context, nil, &length, message.baseAddress, message.count) == 1 else { return nil }
            var signature = [UInt8](repeating: 0, count: length)
            let done = unsafe signature.withUnsafeMutableBufferPointer {
                unsafe EVP_DigestSign(context, $0.baseAddress, &length, message.baseAddress, message.count)
            }
            return done == 1 ? Array(signature.prefix(length)) : nil
        }
    }

    private static func prepare(_ context: OpaquePointer, key: OpaquePointer, algorithm: SigningAlgorithm) -> Bool {
        if algorithm.family == .edwards { return unsafe EVP_DigestSignInit(context, nil, nil, nil, key) == 1 }
        guard let digest = algorithm.digest.handle else { return false }
        return unsafe digest.withPointer { digest in
            var keyContext: OpaquePointer?
            guard unsafe EVP_DigestSignInit(context, &keyContext, digest, nil, key) == 1 else { return false }
            guard algorithm.family == .rsaPSS else { return true }
            return unsafe EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, RSA_PSS_SALTLEN_DIGEST) == 1
        }
    }

    private static func raw(fromDER der: [UInt8], coordinateBytes: Int) -> [UInt8]? {
        let signature = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var cursor = bytes.baseAddress
            return unsafe d2i_ECDSA_SIG(nil, &cursor, bytes.count)
        }
        guard let signature = unsafe signature else { return nil }
        defer { unsafe ECDSA_SIG_free(signature) }
        let width = Int32(clamping: coordinateBytes)
        var output = [UInt8](repeating: 0, count: coordinateBytes &* 2)
        let done = unsafe output.withUnsafeMutableBufferPointer { buffer in
            unsafe BN_bn2binpad(ECDSA_SIG_get0_r(signature), buffer.baseAddress, width) == width
                && BN_bn2binpad(ECDSA_SIG_get0_s(signature), buffer.baseAddress?.advanced(by: coordinateBytes), width) == width
        }
        return done ? output : nil
    }
}
