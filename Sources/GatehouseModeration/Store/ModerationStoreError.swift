/// Why the store cannot be opened, read or written: one line, with what to do next.
struct ModerationStoreError: Error, Sendable, CustomStringConvertible {
    enum Code: String, Sendable {
        /// The file is damaged, or not a moderation store.
        case damaged
        /// A later version of this program wrote it.
        case newer
        /// The file cannot be reached, or has a mode that it must not have.
        case file
        /// Another process has it open.
        case inUse = "in_use"
        /// A change was not written; nothing of it is in force.
        case notWritten = "not_written"
        /// There is no room for another entry.
        case full
    }

    let code: Code
    let message: String
    var cause: (any Error)?

    init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    var description: String { cause.map { "\(message) (\($0))" } ?? message }
}
