internal import COpenSSL
internal import GatehouseLiveObjects

/// A reusable SHA-256 computation. All hashing of this module uses it.
@safe
struct SHA256: ~Copyable {
    private let context: OpaquePointer
    private let mark: HandleMark

    init() throws(AuditError) {
        guard let context = unsafe EVP_MD_CTX_new() else { throw AuditError(.crypto, "libcrypto has no memory for a SHA-256 context") }
        guard unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            unsafe EVP_MD_CTX_free(context)
            throw AuditError(.crypto, "libcrypto offers no SHA-256; check the OpenSSL installation and its providers")
        }
        unsafe self.context = unsafe context
        mark = HandleMark(.digestContext)
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { buffer in
            // It fails only for a context that was never started, which `init` rules out; `finish` reports it in any case.
            _ = unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
        }
    }

    mutating func update(_ hash: AuditHash) {
        unsafe withUnsafeBytes(of: hash.words) { buffer in
            _ = unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
        }
    }

    /// Gives the hash of what was added and starts over.
    mutating func finish() throws(AuditError) -> AuditHash {
        var hash = AuditHash.zero
        let done = unsafe withUnsafeMutableBytes(of: &hash.words) { buffer in
            unsafe EVP_DigestFinal_ex(context, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
        }
        guard done == 1, unsafe EVP_DigestInit_ex(context, nil, nil) == 1 else {
            throw AuditError(.crypto, "libcrypto failed to finish a SHA-256")
        }
        return hash
    }

    /// HMAC-SHA-256 of `bytes`.
    static func authenticate(_ bytes: [UInt8], key: [UInt8]) throws(AuditError) -> AuditHash {
        var hash = AuditHash.zero
        let result = unsafe withUnsafeMutableBytes(of: &hash.words) { buffer in
            unsafe HMAC(
                EVP_sha256(), key, Int32(clamping: key.count), bytes, bytes.count,
                buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), nil
            )
        }
        guard unsafe result != nil else { throw AuditError(.crypto, "libcrypto failed to compute an HMAC-SHA-256") }
        return hash
    }

    static func random(_ count: Int) throws(AuditError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe RAND_bytes(&bytes, Int32(clamping: count)) == 1 else {
            throw AuditError(.crypto, "libcrypto's random generator is not seeded")
        }
        return bytes
    }
}
