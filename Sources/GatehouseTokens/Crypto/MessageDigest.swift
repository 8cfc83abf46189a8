internal import COpenSSL
internal import GatehouseLiveObjects

/// A hash function fetched from libcrypto once: OpenSSL 3 looks an `EVP_sha256()` up by name at every use, which costs more than to
/// hash a token.
struct MessageDigest: Sendable {
    let handle: OwnedHandle?
    let byteCount: Int

    static let sha256 = MessageDigest("SHA2-256", byteCount: 32)
    static let sha384 = MessageDigest("SHA2-384", byteCount: 48)
    static let sha512 = MessageDigest("SHA2-512", byteCount: 64)

    private init(_ name: String, byteCount: Int) {
        self.byteCount = byteCount
        handle = OpenSSLErrorQueue.isolated {
            unsafe OwnedHandle(EVP_MD_fetch(nil, name, nil), .digest) { unsafe EVP_MD_free($0) }
        }
    }

    /// The digest of `bytes`; nil only if libcrypto could not do it (no provider, no memory), which callers treat as a refusal.
    func hash(_ bytes: [UInt8]) -> [UInt8]? {
        guard let handle else { return nil }
        var output = [UInt8](repeating: 0, count: byteCount)
        let done = unsafe handle.withPointer { digest in
            unsafe bytes.withUnsafeBytes { input in
                unsafe output.withUnsafeMutableBufferPointer { target in
                    unsafe EVP_Digest(input.baseAddress, input.count, target.baseAddress, nil, digest, nil)
                }
            }
        }
        return done == 1 ? output : nil
    }
}
