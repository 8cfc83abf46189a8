import COpenSSL
import GatehouseLiveObjects

/// The one owner of an `X509`: frees its reference once.
@safe struct Certificate: ~Copyable {
    let handle: OpaquePointer
    private let mark = HandleMark(.certificate)

    /// Takes over one reference.
    init(owning handle: OpaquePointer) { unsafe self.handle = unsafe handle }

    deinit { unsafe X509_free(handle) }

    borrowing func pem() throws(TLSError) -> [UInt8] {
        let text = try TextBIO()
        ERR_clear_error()
        guard unsafe PEM_write_bio_X509(text.handle, handle) == 1 else {
            throw TLSError(.libraryFailure, "OpenSSL could not write the certificate.", cause: OpenSSLFailure.drain())
        }
        return text.read()
    }

    borrowing func summary() -> CertificateSummary { unsafe CertificateSummary(handle) }
}

/// OpenSSL would otherwise ask for a password on the terminal of the server.
let refusePassword: @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) -> Int32 = { _, _, _, _ in -1 }
