/// One broken rule of a payload.
public struct Violation: Sendable, Equatable {
    /// Where: field names and array indices joined by dots, `$` for the whole payload. Names that come from the payload are escaped and cut.
    public let path: String
    /// Which rule: the key that clients switch on. It never changes once released.
    public let constraint: String
    /// The rule in English, for people; it never holds a value of the payload.
    public let message: String
    /// The bound that was broken, for rules that have one.
    public let limit: JSONValue?

    /// A violation.
    public init(path: String, constraint: String, message: String, limit: JSONValue? = nil) {
        self.path = path
        self.constraint = constraint
        self.message = message
        self.limit = limit
    }
}

/// A payload was refused by its schema; every violation that was found, in field and then registration order.
public struct ValidationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The stable code of the refusal.
    public static let code = "invalid"
    /// The message of the refusal.
    public static let message = "Validation failed"

    /// The violations; 64 at most, never empty.
    public let violations: [Violation]

    /// A refusal.
    public init(violations: [Violation]) { self.violations = violations }

    /// The messages, one a line.
    public var description: String { violations.map(\.message).joined(separator: "\n") }
}
