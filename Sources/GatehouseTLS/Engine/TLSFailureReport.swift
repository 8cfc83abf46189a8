import COpenSSL

/// Turns a failed libssl call into an error that says what to do.
enum TLSFailureReport {
    static func handshake(_ ssl: OpaquePointer) -> TLSError {
        let failure = OpenSSLFailure.drain()
        let verification = unsafe SSL_get_verify_result(ssl)
        if failure.contains(sslReason: SSL_R_CERTIFICATE_VERIFY_FAILED) {
            let reason = unsafe X509_verify_cert_error_string(verification).map { unsafe String(cString: $0) } ?? "code \(verification)"
            return TLSError(.peerNotVerified, "The peer's certificate was not accepted: \(reason).", cause: failure)
        }
        if failure.contains(sslReason: SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
            return TLSError(.peerNotVerified, "The client showed no certificate, and one is required.", cause: failure)
        }
        if failure.contains(sslReason: SSL_R_NO_APPLICATION_PROTOCOL)
            || failure.contains(sslReason: SSL_AD_REASON_OFFSET + SSL_AD_NO_APPLICATION_PROTOCOL)
        {
            return TLSError(.noCommonProtocol, "The two sides share no application protocol; this server speaks http/1.1.", cause: failure)
        }
        return TLSError(.handshakeFailed, "The TLS handshake failed: \(failure).", cause: failure)
    }

    static func established() -> TLSError {
        let failure = OpenSSLFailure.drain()
        return TLSError(.protocolViolation, "The TLS connection broke: \(failure).", cause: failure)
    }
}
