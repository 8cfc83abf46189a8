package import NIOCore

extension ByteBuffer {
    /// Appends a JSON string with its quotes, as ``BufferWriter/writeJSONString(_:)`` does.
    package mutating func writeJSONString(_ text: String) { append { $0.writeJSONString(text) } }

    /// Appends an integer.
    package mutating func writeJSONInteger(_ value: some FixedWidthInteger) { append { $0.writeJSONInteger(value) } }

    /// Appends through a writer.
    package mutating func append(_ body: (inout BufferWriter) -> Void) {
        var writer = BufferWriter(&self)
        body(&writer)
        writer.close(&self)
    }
}
