import COpenSSL
import GatehouseLiveObjects

/// The one owner of a memory BIO that carries PEM text; OpenSSL wipes its bytes when it is freed.
@safe struct TextBIO: ~Copyable {
    let handle: OpaquePointer
    private let mark = HandleMark(.bio)

    init() throws(TLSError) {
        ERR_clear_error()
        guard let bio = unsafe BIO_new(BIO_s_mem()) else {
            throw TLSError(.libraryFailure, "OpenSSL is out of memory.", cause: OpenSSLFailure.drain())
        }
        unsafe handle = unsafe bio
    }

    /// A BIO from which `text` can be read.
    static func holding(_ text: [UInt8]) throws(TLSError) -> TextBIO {
        let bio = try TextBIO()
        guard let length = Int32(exactly: text.count), unsafe BIO_write(bio.handle, text, length) == length else {
            throw TLSError(.libraryFailure, "OpenSSL could not hold \(text.count) bytes of PEM text.", cause: OpenSSLFailure.drain())
        }
        return bio
    }

    deinit { unsafe BIO_free(handle) }

    /// Takes what was written, at most `limit` bytes.
    borrowing func read(limit: Int = 1 << 20) -> [UInt8] {
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1024)
        while text.count < limit {
            let count = unsafe BIO_read(handle, &chunk, 1024)
            if count <= 0 { break }
            text.append(contentsOf: chunk.prefix(min(Int(count), limit - text.count)))
        }
        unsafe OPENSSL_cleanse(&chunk, 1024)
        return text
    }
}
