/// Why a revocation was refused. Nothing has changed then, and the caller must tell who asked for it.
package struct RevocationError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The list is full. A revocation in force never makes room for a new one.
        case full
        /// A name is empty or longer than a token may hold, or a time is out of range.
        case invalid
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
