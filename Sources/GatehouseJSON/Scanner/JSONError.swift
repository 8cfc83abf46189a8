/// Why a JSON text was refused, and where.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The stable reason. New reasons may be added; compare with the named ones and keep a default.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable spelling, as it appears in logs and answers.
        public let description: String
        /// What the reason amounts to for the one who sent the text.
        public let kind: Kind

        /// The text breaks the grammar of RFC 8259.
        public static let syntax = Code(description: "syntax", kind: .malformed)
        /// A byte sequence that is not UTF-8 (RFC 3629).
        public static let utf8 = Code(description: "utf8", kind: .malformed)
        /// One object names the same key twice, compared after unescaping.
        public static let duplicateKey = Code(description: "duplicateKey", kind: .invalid)
        /// A `\u` escape names half of a surrogate pair.
        public static let loneSurrogate = Code(description: "loneSurrogate", kind: .invalid)
        /// A number whose nearest double is infinite, where a value had to be kept; or a non-finite double that was to be written.
        public static let numberRange = Code(description: "numberRange", kind: .invalid)
        /// An attachment that was to be written where none can follow, or beside what a client would take for the place of one.
        public static let attachment = Code(description: "attachment", kind: .invalid)
        /// Arrays and objects nest deeper than the limit.
        public static let depth = Code(description: "depth", kind: .tooLarge)
        /// More values and keys than the limit.
        public static let nodes = Code(description: "nodes", kind: .tooLarge)
        /// A string has more bytes between its quotes than the limit.
        public static let stringLength = Code(description: "stringLength", kind: .tooLarge)
        /// A number has more characters than the limit.
        public static let numberLength = Code(description: "numberLength", kind: .tooLarge)
        /// The text has more bytes than a document can hold (2 GiB).
        public static let inputLength = Code(description: "inputLength", kind: .tooLarge)
    }

    /// The three ways in which a JSON text is refused.
    public enum Kind: Sendable, Hashable {
        /// Not JSON at all (VAL-01, VAL-02): in a packet this closes the connection.
        case malformed
        /// JSON by the grammar, but ambiguous (VAL-03): answered `invalid`.
        case invalid
        /// Over a limit (VAL-04): answered `too_large`.
        case tooLarge
    }

    /// The stable reason.
    public let code: Code
    /// What was found, in English and without any of the input.
    public let message: String
    /// The offset in bytes from the start of the text.
    public let offset: Int

    package init(_ code: Code, _ message: String, at offset: Int) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    /// What the reason amounts to: malformed, invalid or too large.
    public var kind: Kind { code.kind }

    /// Code, message and offset in one line, for a log or a terminal.
    public var description: String { "\(code.description): \(message) (at byte \(offset))" }
}
