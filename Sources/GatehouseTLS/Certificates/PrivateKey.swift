import COpenSSL
import GatehouseLiveObjects

/// The one owner of an `EVP_PKEY`: frees its reference once.
@safe struct PrivateKey: ~Copyable {
    let handle: OpaquePointer
    private let mark = HandleMark(.key)

    /// Takes over one reference.
    init(owning handle: OpaquePointer) { unsafe self.handle = unsafe handle }

    deinit { unsafe EVP_PKEY_free(handle) }

    /// Reads the first private key of a PEM text; an encrypted one is refused rather than asked a password for.
    init(pem: [UInt8], name: String) throws(TLSError) {
        let text = try TextBIO.holding(pem)
        ERR_clear_error()
        guard let key = unsafe PEM_read_bio_PrivateKey(text.handle, nil, refusePassword, nil) else {
            let failure = OpenSSLFailure.drain()
            let encrypted = failure.codes.contains {
                ERR_GET_LIB($0) == ERR_LIB_PEM && ERR_GET_REASON($0) == PEM_R_BAD_PASSWORD_READ
            }
            if encrypted {
                throw TLSError(
                    .keyEncrypted,
                    "\(name) is encrypted with a password. Decrypt it (openssl pkey -in … -out …) and keep it with mode 0600.",
                    cause: failure
                )
            }
            throw TLSError(.keyInvalid, "\(name) holds no private key in PEM form.", cause: failure)
        }
        unsafe handle = unsafe key
    }

    /// A new key on P-256.
    static func generateP256() throws(TLSError) -> PrivateKey {
        ERR_clear_error()
        guard let key = unsafe gatehouse_evp_ec_gen("P-256") else {
            throw TLSError(.libraryFailure, "OpenSSL could not make a P-256 key.", cause: OpenSSLFailure.drain())
        }
        return unsafe PrivateKey(owning: key)
    }

    /// PKCS #8 in PEM form. The caller wipes it after use.
    borrowing func pem() throws(TLSError) -> [UInt8] {
        let text = try TextBIO()
        ERR_clear_error()
        guard unsafe PEM_write_bio_PrivateKey(text.handle, handle, nil, nil, 0, nil, nil) == 1 else {
            throw TLSError(.libraryFailure, "OpenSSL could not write the key.", cause: OpenSSLFailure.drain())
        }
        return text.read()
    }
}
