public import GatehouseJSON

extension RoomName: FieldValue {
    /// Reads a room name from a string.
    public static func reader(_ constraints: [Constraint<RoomName>]) -> FieldReader<RoomName> {
        .text(
            constraints, key: "isRoom", predicate: "must be a room name: 1 to 256 bytes, no control characters, no *",
            words: ["minLength": 1, "maxLength": 256, "pattern": .string(pattern)]
        ) { RoomName($0) }
    }

    private static let pattern = "^[^*\\x00-\\x1F\\x7F-\\x9F\\u2028\\u2029]*$"

    /// Whether a form is that of room names.
    package static func isForm(_ shape: Shape) -> Bool {
        switch shape {
        case .constrained(let inner, let keywords): keywords.members["pattern"] == .string(pattern) || isForm(inner)
        default: false
        }
    }

    /// Writes the name.
    public func encode(to writer: inout JSONWriter) { writer.string(name) }
}
