internal import CJWT
internal import COpenSSL

/// The HMAC family (HS256, HS384, HS512).
///
/// libjwt verifies the tokens that it can read. Its 1.10 line refuses every `typ` other than `JWT`, and `at+jwt` is what RFC 9068 asks for,
/// so a token of another type has its code computed by libcrypto. The header alone decides which of the two is used; both compare in
/// constant time. libjwt reads the JSON again with a narrower library: a token with U+0000 or an integer beyond 64 bits in it fails there.
enum MessageAuthentication {
    /// Whether libjwt's decoder takes a header of this `typ`.
    static func isReadByLibjwt(typ: String?) -> Bool {
        guard let typ else { return true }
        return typ.utf8.elementsEqual("JWT".utf8)
    }

    /// Verifies through libjwt. `token` has passed the strict front end and its `alg` equals `algorithm`: libjwt trusts the header's own
    /// `alg`, accepts anything with an empty key, and reads past an empty part, so none of these may reach it (SEC-39).
    static func isValidByLibjwt(token: [UInt8], key: SecretBytes, algorithm: SigningAlgorithm) -> Bool {
        guard algorithm.family == .hmac, let keyLength = Int32(exactly: key.count), keyLength > 0, !token.contains(0) else { return false }
        let text = (token + [0]).map { CChar(bitPattern: $0) }
        return OpenSSLErrorQueue.isolated {
            var decoded: OpaquePointer?
            let status = unsafe key.withBytes { key in
                unsafe text.withUnsafeBufferPointer { unsafe jwt_decode(&decoded, $0.baseAddress, key.baseAddress, keyLength) }
            }
            guard let token = unsafe LibjwtToken(owning: decoded) else { return false }
            return unsafe status == 0 && jwt_get_alg(token.pointer) == algorithm.libjwt
        }
    }

    /// Verifies through libcrypto.
    static func isValid(signature: [UInt8], over message: ArraySlice<UInt8>, key: SecretBytes, algorithm: SigningAlgorithm) -> Bool {
        guard let expected = code(over: message, key: key, algorithm: algorithm), signature.count == expected.count else { return false }
        return unsafe CRYPTO_memcmp(signature, expected, expected.count) == 0
    }

    /// The code of `message` by libcrypto; nil if the algorithm is of another family, or if the library fails.
    static func code(over message: ArraySlice<UInt8>, key: SecretBytes, algorithm: SigningAlgorithm) -> [UInt8]? {
        guard algorithm.family == .hmac, let digest = algorithm.digest.handle, let keyLength = Int32(exactly: key.count) else { return nil }
        var output = [UInt8](repeating: 0, count: algorithm.digestBytes)
        let isMade = OpenSSLErrorQueue.isolated {
            unsafe digest.withPointer { digest in
                unsafe key.withBytes { key in
                    unsafe message.withUnsafeBufferPointer { message in
                        unsafe output.withUnsafeMutableBufferPointer {
                            unsafe HMAC(digest, key.baseAddress, keyLength, message.baseAddress, message.count, $0.baseAddress, nil) != nil
                        }
                    }
                }
            }
        }
        return isMade ? output : nil
    }
}
