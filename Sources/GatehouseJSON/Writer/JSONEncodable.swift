package import NIOCore

/// A type that can be written as JSON: what handlers answer with and what is emitted. A ``Payload`` is one by its schema.
///
/// ```swift
/// extension Receipt: JSONEncodable {
///     func encode(to writer: inout JSONWriter) {
///         writer.object {
///             $0.member("id", id)
///             $0.member("at", time)
///         }
///     }
/// }
/// ```
public protocol JSONEncodable: HandlerResult {
    /// Writes exactly one value.
    func encode(to writer: inout JSONWriter)
}

extension JSONEncodable {
    /// Appends the JSON text; the buffer is left as it was if that fails.
    /// - Throws: `JSONError` with the code `numberRange` for a double that is not finite, `syntax` for an encoder that writes no single value,
    ///   `attachment` for one that writes an attachment.
    package func encode(into buffer: inout ByteBuffer) throws(JSONError) { try JSONWriter.write(self, to: &buffer) }

    /// Appends the JSON text; what was appended before is left as it was if that fails.
    package func encode(into output: inout BufferWriter) throws(JSONError) { try JSONWriter.write(self, to: &output) }

    /// Appends the JSON text, and the attachments that it has placeholders of; both are left as they were if that fails.
    package func encode(into buffer: inout ByteBuffer, collecting attachments: inout [ByteBuffer]) throws(JSONError) {
        try JSONWriter.write(self, to: &buffer, collecting: &attachments)
    }
}

extension String: JSONEncodable {
    /// Writes a string.
    public func encode(to writer: inout JSONWriter) { writer.string(self) }
}

extension Bool: JSONEncodable {
    /// Writes a boolean.
    public func encode(to writer: inout JSONWriter) { writer.bool(self) }
}

extension FixedWidthInteger where Self: JSONEncodable {
    /// Writes an integer.
    public func encode(to writer: inout JSONWriter) { writer.integer(self) }
}

extension Int: JSONEncodable {}
extension Int8: JSONEncodable {}
extension Int16: JSONEncodable {}
extension Int32: JSONEncodable {}
extension Int64: JSONEncodable {}
extension UInt: JSONEncodable {}
extension UInt8: JSONEncodable {}
extension UInt16: JSONEncodable {}
extension UInt32: JSONEncodable {}
extension UInt64: JSONEncodable {}

extension Double: JSONEncodable {
    /// Writes a number; one that is not finite makes the whole value refused.
    public func encode(to writer: inout JSONWriter) { writer.number(self) }
}

extension Float: JSONEncodable {
    /// Writes a number; one that is not finite makes the whole value refused.
    public func encode(to writer: inout JSONWriter) { writer.number(Double(self)) }
}

extension Optional: JSONEncodable, HandlerResult where Wrapped: JSONEncodable {
    /// Writes the value, or `null`.
    public func encode(to writer: inout JSONWriter) {
        if let self { self.encode(to: &writer) } else { writer.null() }
    }
}

extension Array: JSONEncodable, HandlerResult where Element: JSONEncodable {
    /// Writes an array.
    public func encode(to writer: inout JSONWriter) {
        writer.array { for item in self { $0.item(item) } }
    }
}

extension Dictionary: JSONEncodable, HandlerResult where Key == String, Value: JSONEncodable {
    /// Writes an object, its members ordered by key, so that the same value gives the same text.
    public func encode(to writer: inout JSONWriter) {
        writer.object { for (key, value) in sorted(by: { $0.key < $1.key }) { $0.member(key, value) } }
    }
}

extension JSONObject: JSONEncodable {
    /// Writes an object, its members in their order.
    public func encode(to writer: inout JSONWriter) {
        writer.object { for (key, value) in members { $0.member(key, value) } }
    }
}

extension JSONValue: JSONEncodable {
    /// Writes the value. The recursion is as deep as the value, which is 64 at most for a parsed one.
    public func encode(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .integer(let value): writer.integer(value)
        case .number(let value): writer.number(value)
        case .string(let value): writer.string(value)
        case .array(let value): value.encode(to: &writer)
        case .object(let value): value.encode(to: &writer)
        }
    }
}

extension RawRepresentable where RawValue: JSONEncodable, Self: JSONEncodable {
    /// Writes the raw value.
    public func encode(to writer: inout JSONWriter) { rawValue.encode(to: &writer) }
}
