/// What went wrong in TLS: a stable code to decide by, a sentence that says what to do next, and the cause where one is known.
///
/// Holds no key bytes and no plaintext, so it may be logged and audited as it is.
package struct TLSError: Error, Sendable {
    package var code: Code
    package var message: String
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// A code that can grow: compare with the static members, print `name`.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let name: String
        package var description: String { name }
        private init(_ name: String) { self.name = name }

        // Files and certificates
        package static let fileUnreadable = Code("tls_file_unreadable")
        package static let fileNotWritable = Code("tls_file_not_writable")
        package static let filesIncomplete = Code("tls_files_incomplete")
        package static let fileNotTrusted = Code("tls_file_not_trusted")
        package static let keyFileMode = Code("tls_key_file_mode")
        package static let keyInvalid = Code("tls_key_invalid")
        package static let keyEncrypted = Code("tls_key_encrypted")
        package static let keyMismatch = Code("tls_key_mismatch")
        package static let certificateInvalid = Code("tls_certificate_invalid")
        package static let certificateExpired = Code("tls_certificate_expired")
        package static let certificateNotYetValid = Code("tls_certificate_not_yet_valid")
        package static let authorityInvalid = Code("tls_authority_invalid")
        package static let hostInvalid = Code("tls_host_invalid")
        package static let libraryFailure = Code("tls_library_failure")

        // Connections
        package static let handshakeFailed = Code("tls_handshake_failed")
        package static let handshakeTimeout = Code("tls_handshake_timeout")
        package static let handshakeTooLarge = Code("tls_handshake_too_large")
        package static let peerNotVerified = Code("tls_peer_not_verified")
        package static let noCommonProtocol = Code("tls_no_common_protocol")
        package static let protocolViolation = Code("tls_protocol_violation")
        package static let truncated = Code("tls_truncated")
        package static let closed = Code("tls_closed")
        package static let pendingWritesFull = Code("tls_pending_writes_full")
        package static let notDetachable = Code("tls_not_detachable")
    }
}

extension TLSError: CustomStringConvertible {
    package var description: String {
        guard let cause else { return "\(code): \(message)" }
        return "\(code): \(message) (cause: \(cause))"
    }
}
