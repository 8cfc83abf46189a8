internal import COpenSSL

/// OpenSSL's error queue belongs to the thread, and TLS on the same thread is judged by it: a failed signature left in it would make the
/// next healthy `SSL_read` report an error. So every judged call runs inside `isolated`, which leaves the queue empty on both sides.
enum OpenSSLErrorQueue {
    static func isolated<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        ERR_clear_error()
        defer { ERR_clear_error() }
        return try body()
    }

    /// The reason of the last failure in OpenSSL's own words: facts about formats and sizes, never key bytes. Call it inside `isolated`.
    static func lastReason() -> String? {
        let code = ERR_peek_last_error()
        guard code != 0, let text = unsafe ERR_reason_error_string(code) else { return nil }
        return unsafe String(cString: text)
    }
}
