import COpenSSL
import GatehouseJSON

@testable import GatehouseTokens

/// Signs by libcrypto directly, so that the tests do not judge the verifier by the issuer.
enum TestSignature {
    struct Failed: Error {}

    static func compact(header: String, claims: String, secret: SecretBytes, algorithm: SigningAlgorithm) throws -> String {
        let input = Base64.url.encode(Array(header.utf8)) + "." + Base64.url.encode(Array(claims.utf8))
        return input + "." + Base64.url.encode(try sign(Array(input.utf8), secret: secret, algorithm: algorithm))
    }

    static func sign(_ message: [UInt8], secret: SecretBytes, algorithm: SigningAlgorithm) throws -> [UInt8] {
        if algorithm.family == .hmac { return try hmac(message, key: TestKeys.bytes(secret), algorithm: algorithm) }
        let signature = try asymmetric(message, pem: TestKeys.bytes(secret), algorithm: algorithm)
        return algorithm.family == .ecdsa ? try raw(signature, algorithm) : signature
    }

    static func hmac(_ message: [UInt8], key: [UInt8], algorithm: SigningAlgorithm) throws -> [UInt8] {
        guard let digest = algorithm.digest.handle else { throw Failed() }
        var output = [UInt8](repeating: 0, count: algorithm.digestBytes)
        let made = unsafe digest.withPointer { digest in
            unsafe HMAC(digest, key, Int32(key.count), message, message.count, &output, nil) != nil
        }
        guard made else { throw Failed() }
        return output
    }

    /// What an RSA-PSS signature may be made with instead of what RFC 7518 says.
    struct PSS {
        var saltLength: Int32 = RSA_PSS_SALTLEN_DIGEST
        var hasForeignMask = false
    }

    /// ASN.1 for ECDSA, raw for the others.
    static func asymmetric(_ message: [UInt8], pem: [UInt8], algorithm: SigningAlgorithm, pss: PSS = PSS()) throws -> [UInt8] {
        guard let source = unsafe BIO_new_mem_buf(pem, Int32(pem.count)) else { throw Failed() }
        defer { unsafe BIO_free(source) }
        guard let key = unsafe PEM_read_bio_PrivateKey(source, nil, nil, nil) else { throw Failed() }
        defer { unsafe EVP_PKEY_free(key) }
        guard let context = unsafe EVP_MD_CTX_new() else { throw Failed() }
        defer { unsafe EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        let name: String? =
            switch algorithm.digestBytes {
            case _ where algorithm.family == .edwards: nil
            case 32: "SHA256"
            case 48: "SHA384"
            default: "SHA512"
            }
        guard unsafe EVP_DigestSignInit_ex(context, &keyContext, name, nil, nil, key, nil) == 1 else { throw Failed() }
        if algorithm.family == .rsaPSS {
            guard unsafe EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1,
                unsafe EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, pss.saltLength) == 1,
                unsafe !pss.hasForeignMask || EVP_PKEY_CTX_set_rsa_mgf1_md(keyContext, EVP_sha1()) == 1
            else { throw Failed() }
        }
        var length = 1024
        var output = [UInt8](repeating: 0, count: length)
        guard unsafe EVP_DigestSign(context, &output, &length, message, message.count) == 1 else { throw Failed() }
        return Array(output.prefix(length))
    }

    private static func raw(_ der: [UInt8], _ algorithm: SigningAlgorithm) throws -> [UInt8] {
        let size = algorithm.curve?.coordinateBytes ?? 0
        let signature = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var cursor = bytes.baseAddress
            return unsafe d2i_ECDSA_SIG(nil, &cursor, bytes.count)
        }
        guard let signature = unsafe signature else { throw Failed() }
        defer { unsafe ECDSA_SIG_free(signature) }
        var output = [UInt8](repeating: 0, count: size * 2)
        unsafe output.withUnsafeMutableBufferPointer { buffer in
            unsafe BN_bn2binpad(ECDSA_SIG_get0_r(signature), buffer.baseAddress, Int32(size))
            unsafe BN_bn2binpad(ECDSA_SIG_get0_s(signature), buffer.baseAddress?.advanced(by: size), Int32(size))
        }
        return output
    }
}
