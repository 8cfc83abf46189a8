/// A 64-bit integer that is text on the wire, such as `"9007199254740993"`: JavaScript's numbers are exact up to 2^53 only.
public struct Int64Text: FieldValue, Hashable, Comparable, CustomStringConvertible {
    /// The number.
    public var value: Int64

    /// A number.
    public init(_ value: Int64) { self.value = value }

    /// Reads exact decimal text: no sign but `-`, no leading zero, no space.
    public static func reader(_ constraints: [Constraint<Int64Text>]) -> FieldReader<Int64Text> {
        .text(constraints, key: "isInt", predicate: "must be an integer in text", words: ["pattern": "^(?:0|-?[1-9][0-9]{0,18})$"]) {
            text in
            Int64(text).flatMap { String($0).hasSameBytes(as: text) ? Int64Text($0) : nil }
        }
    }

    /// Writes the number as text.
    public func encode(to writer: inout JSONWriter) { writer.string(description) }

    /// The lesser number.
    public static func < (left: Int64Text, right: Int64Text) -> Bool { left.value < right.value }

    /// The number in decimal digits.
    public var description: String { String(value) }
}
