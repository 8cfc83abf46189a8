/// Why policies were not put in force. Those that were in force before still are (POL-41).
package struct PolicyReloadError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The files are wrong, do not fit the gateways, or fail their tests.
        case rejected
        /// Staff would get what the policies in force do not give them (POL-44).
        case gain
        /// There is no such earlier bundle.
        case noEarlier = "no_earlier"
        /// The change cannot be recorded, so it was not made.
        case auditUnavailable = "audit_unavailable"
    }

    package let code: Code
    /// What is wrong and what to do.
    package let message: String
    /// Every mistake at its place, where files are wrong.
    package let cause: (any Error)?

    init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { cause.map { "\(message):\n\($0)" } ?? message }
}
