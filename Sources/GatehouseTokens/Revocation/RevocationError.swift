/// Why a revocation was not taken in. Nothing has changed then: whoever asked for it must know.
package struct RevocationError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// There is no room; a revocation that is in force is never forgotten for a new one.
        case full
        /// A name is empty or longer than a token may hold, or a time is out of range.
        case invalid
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
