internal import COpenSSL
internal import GatehouseLiveObjects

/// Makes key pairs and writes the private one as PEM (PKCS #8).
package enum KeyPair {
    /// A new private key for `algorithm`, of the least size it is good for: RSA of 3072 bits, the curve of the algorithm, Ed25519.
    /// The HMAC family has no pairs.
    package static func privatePEM(for algorithm: SigningAlgorithm, rsaBits: UInt32 = 3072) throws(TokenKeyError) -> SecretBytes {
        let pem = OpenSSLErrorQueue.isolated { () -> SecretBytes? in
            guard let key = unsafe OwnedHandle(generate(algorithm, rsaBits: rsaBits), .key, release: { unsafe EVP_PKEY_free($0) }) else {
                return nil
            }
            return unsafe write { sink in
                unsafe key.withPointer { unsafe PEM_write_bio_PKCS8PrivateKey(sink, $0, nil, nil, 0, nil, nil) }
            }
        }
        guard let pem else { throw TokenKeyError(.library, "libcrypto made no key for \(algorithm.rawValue)") }
        return pem
    }

    /// The public key of a PEM text as PEM (SubjectPublicKeyInfo).
    package static func publicPEM(of pem: SecretBytes) throws(TokenKeyError) -> SecretBytes {
        let key = try PublicKey(pem: pem)
        let text = OpenSSLErrorQueue.isolated {
            unsafe write { sink in unsafe key.handle.withPointer { unsafe PEM_write_bio_PUBKEY(sink, $0) } }
        }
        guard let text else { throw TokenKeyError(.library, "libcrypto did not write the public key") }
        return text
    }

    private static func generate(_ algorithm: SigningAlgorithm, rsaBits: UInt32) -> OpaquePointer? {
        switch algorithm.family {
        case .hmac: nil
        case .rsaPKCS1, .rsaPSS: unsafe gatehouse_evp_rsa_gen(rsaBits)
        case .edwards: unsafe gatehouse_evp_edwards_gen("ED25519")
        case .ecdsa: unsafe algorithm.curve.flatMap { unsafe gatehouse_evp_ec_gen($0.groupName) }
        }
    }

    private static func write(_ body: (OpaquePointer) -> Int32) -> SecretBytes? {
        // In secure memory's fallback the buffer is wiped when freed.
        guard let sink = unsafe BIO_new(BIO_s_secmem()) else { return nil }
        defer { unsafe BIO_free(sink) }
        guard unsafe body(sink) == 1 else { return nil }
        var text = [UInt8](repeating: 0, count: Int(unsafe BIO_ctrl_pending(sink)))
        defer { for index in text.indices { text[index] = 0 } }
        let count = unsafe text.withUnsafeMutableBytes { unsafe BIO_read(sink, $0.baseAddress, Int32(clamping: $0.count)) }
        return Int(count) == text.count ? SecretBytes(text) : nil
    }
}
