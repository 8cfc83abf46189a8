/// Why policies were not put in force. The previous ones stay in force (POL-41).
package struct PolicyReloadError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The files are wrong, do not fit the gateways, or fail their tests.
        case rejected
        /// The policies would give the staff member more rights (POL-44).
        case gain
        /// There is no such earlier bundle.
        case noEarlier = "no_earlier"
        /// The files, or what is in force, are not those that the nodes have agreed on.
        case differs
        /// The change cannot be recorded, so it was not made.
        case auditUnavailable = "audit_unavailable"
    }

    package let code: Code
    /// The error, and what to do next.
    package let message: String
    /// Every mistake with its place, if files are wrong.
    package let cause: (any Error)?

    init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { cause.map { "\(message):\n\($0)" } ?? message }
}
