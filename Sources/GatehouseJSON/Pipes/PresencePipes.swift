/// The name of a room: 1 to 256 bytes, no control characters or line separators, and none that policies read as a pattern (`*`, `?`, `{`,
/// `}`, `[`, `]`).
public struct ParseRoom: Sendable {
    /// The most bytes of a name.
    public static let maxBytes = 256

    /// The pipe.
    public init() {}

    /// The name.
    public func transform(_ text: String) throws(ValidationError) -> String {
        guard (1...Self.maxBytes).contains(text.utf8.count) else {
            throw .single("isByteLength", "must have 1 to \(Self.maxBytes) bytes", limit: Self.maxBytes.limit)
        }
        let isName = text.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "*", "?", "{", "}", "[", "]", "\u{2028}", "\u{2029}": false
            default: scalar.properties.generalCategory != .control
            }
        }
        guard isName else { throw .single("matches", "must match the pattern room name") }
        return text
    }
}

/// A value for what is absent; `null` is not absent.
public struct Default<Value: Sendable>: Sendable {
    private let value: Value

    /// The pipe.
    public init(_ value: Value) { self.value = value }

    /// The value, or the default for an absent one.
    public func transform(_ input: Value?) -> Value { input ?? value }
}
