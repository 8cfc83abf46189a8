/// Why the audit log refused or failed.
///
/// `code` is stable and safe to send to a client (`audit_unavailable`); `message` is for the operator and says what to do next; neither
/// ever holds a secret or text of a peer.
package struct AuditError: Error, Sendable, CustomStringConvertible {
    /// Stable name of the kind of failure; grows with the catalogue, so compare with the constants instead of switching over it.
    package struct Code: Sendable, Hashable, RawRepresentable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        /// The log cannot be written now; a class A act is refused with this code (specification: audit, section 4).
        package static let unavailable = Code(rawValue: "audit_unavailable")
        /// The log was closed before the record came.
        package static let stopped = Code(rawValue: "audit_stopped")
        /// Another process writes this log (AUD-30).
        package static let locked = Code(rawValue: "audit_locked")
        /// The log on disk does not verify (AUD-33).
        package static let broken = Code(rawValue: "audit_broken")
        /// A file operation failed.
        package static let io = Code(rawValue: "audit_io")
        /// A setting is unknown or not allowed.
        package static let setting = Code(rawValue: "audit_setting")
        /// A key file is unreadable, of the wrong size or too open.
        package static let key = Code(rawValue: "audit_key")
        /// libcrypto refused to work.
        package static let crypto = Code(rawValue: "audit_crypto")
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String {
        guard let cause else { return "\(code.rawValue): \(message)" }
        return "\(code.rawValue): \(message) (\(cause))"
    }
}
