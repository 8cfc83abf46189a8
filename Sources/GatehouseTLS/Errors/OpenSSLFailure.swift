import COpenSSL

/// The entries of OpenSSL's error queue at the time of a failure, oldest first, as `reason (library)`.
///
/// Only the fixed reason texts are taken: the free data of an entry may repeat what a peer or a file said.
package struct OpenSSLFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let reasons: [String]
    let codes: [UInt]

    package var description: String { reasons.isEmpty ? "no detail from OpenSSL" : reasons.joined(separator: "; ") }

    /// Empties the calling thread's error queue: other users of OpenSSL on this thread may have left entries.
    ///
    /// Looking first is cheaper than clearing all sixteen entries for each record.
    @inline(__always)
    static func forgetEarlier() {
        if ERR_peek_error() != 0 { ERR_clear_error() }
    }

    /// Takes and empties the calling thread's error queue.
    static func drain() -> OpenSSLFailure {
        var reasons: [String] = []
        var codes: [UInt] = []
        // The queue holds sixteen entries; the bound keeps a broken library from holding us here.
        for _ in 0..<32 {
            let code = ERR_get_error()
            if code == 0 { break }
            codes.append(code)
            let reason = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) } ?? "reason \(code & 0x7f_ffff)"
            let library = unsafe ERR_lib_error_string(code).map { unsafe String(cString: $0) } ?? "unknown library"
            reasons.append("\(reason) (\(library))")
        }
        return OpenSSLFailure(reasons: reasons, codes: codes)
    }

    /// Whether an entry of libssl has this reason number.
    func contains(sslReason reason: Int32) -> Bool {
        codes.contains { ERR_GET_LIB($0) == ERR_LIB_SSL && ERR_GET_REASON($0) == reason }
    }
}
