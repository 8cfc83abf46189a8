internal import COpenSSL

extension PublicKey {
    /// Reads a PEM text that holds one public or one private key; of the private one only the public half is used here.
    /// Text before the block is allowed (a comment), an encrypted key is not: nobody is there to type the pass phrase.
    init(pem: SecretBytes) throws(TokenKeyError) {
        self = try OpenSSLErrorQueue.isolated { () throws(TokenKeyError) in
            if let key = unsafe Self.read(pem, { unsafe PEM_read_bio_PUBKEY($0, nil, Self.noPassphrase, nil) }) {
                return try unsafe PublicKey(adopting: key)
            }
            ERR_clear_error()
            return try unsafe PublicKey(adopting: Self.read(pem) { unsafe PEM_read_bio_PrivateKey($0, nil, Self.noPassphrase, nil) })
        }
    }

    /// Without it libcrypto would ask on the terminal.
    static let noPassphrase: @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) -> Int32 = {
        _, _, _, _ in -1
    }

    static func read(_ pem: SecretBytes, _ parse: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
        unsafe pem.withBytes { bytes in
            guard let length = Int32(exactly: bytes.count), let source = unsafe BIO_new_mem_buf(bytes.baseAddress, length) else {
                return nil
            }
            defer { unsafe BIO_free(source) }
            return unsafe parse(source)
        }
    }

    /// Reads a `SubjectPublicKeyInfo` in DER, whole: nothing may follow it.
    init(der: [UInt8]) throws(TokenKeyError) {
        self = try OpenSSLErrorQueue.isolated { () throws(TokenKeyError) in
            let key = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
                var cursor = bytes.baseAddress
                return unsafe d2i_PUBKEY(nil, &cursor, bytes.count)
            }
            return try unsafe PublicKey(adopting: key)
        }
    }
}
