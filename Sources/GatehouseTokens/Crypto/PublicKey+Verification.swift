internal import COpenSSL

extension PublicKey {
    /// Whether `signature` is `algorithm`'s signature over `message`. Any failure of the library is a "no".
    /// The signature's length has been compared with `signatureLength` before.
    func isValid(signature: [UInt8], over message: ArraySlice<UInt8>, algorithm: SigningAlgorithm) -> Bool {
        let encoded = algorithm.family == .ecdsa ? ECDSASignature.der(fromRaw: signature) : signature
        return OpenSSLErrorQueue.isolated {
            guard let context = unsafe EVP_MD_CTX_new() else { return false }
            defer { unsafe EVP_MD_CTX_free(context) }
            return unsafe handle.withPointer { key in
                guard unsafe Self.prepare(context, key: key, algorithm: algorithm) else { return false }
                return unsafe encoded.withUnsafeBufferPointer { signature in
                    unsafe message.withUnsafeBufferPointer { message in
                        unsafe EVP_DigestVerify(context, signature.baseAddress, signature.count, message.baseAddress, message.count) == 1
                    }
                }
            }
        }
    }

    private static func prepare(_ context: OpaquePointer, key: OpaquePointer, algorithm: SigningAlgorithm) -> Bool {
        if algorithm.family == .edwards {
            return unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
        }
        guard let digest = algorithm.digest.handle else { return false }
        return unsafe digest.withPointer { digest in
            var keyContext: OpaquePointer?
            guard unsafe EVP_DigestVerifyInit(context, &keyContext, digest, nil, key) == 1 else { return false }
            guard algorithm.family == .rsaPSS else { return true }
            // RFC 7518, 3.5: MGF1 with the same digest (libcrypto's default) and a salt as long as the digest.
            return unsafe EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, RSA_PSS_SALTLEN_DIGEST) == 1
        }
    }

    /// Whether this key is of the kind `algorithm` needs.
    func fits(_ algorithm: SigningAlgorithm) -> Bool {
        switch kind {
        case .rsa: algorithm.family == .rsaPKCS1 || algorithm.family == .rsaPSS
        case .elliptic(let curve): algorithm.curve == curve
        case .ed25519, .ed448: algorithm == .edDSA
        }
    }

    /// The one length a signature by this key can have.
    var signatureLength: Int {
        switch kind {
        case .rsa(let modulusBytes): modulusBytes
        case .elliptic(let curve): curve.coordinateBytes &* 2
        case .ed25519: 64
        case .ed448: 114
        }
    }
}
