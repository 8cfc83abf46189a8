public import NIOCore

extension JSONValue {
    /// Parses one JSON text (RFC 8259), strictly: see ``JSONError`` for what is refused.
    /// - Throws: `JSONError`.
    public init(parsing bytes: ByteBuffer, limits: JSONLimits = .default) throws(JSONError) {
        var document = JSONDocument()
        try document.scan(bytes, limits: limits)
        self = try document.owned(at: document.root)
    }

    /// Parses one JSON text from bytes.
    /// - Throws: `JSONError`.
    public init(parsing bytes: some Sequence<UInt8>, limits: JSONLimits = .default) throws(JSONError) {
        try self.init(parsing: ByteBuffer(bytes: bytes), limits: limits)
    }

    /// Parses one JSON text from the UTF-8 of a string.
    /// - Throws: `JSONError`.
    public init(parsing text: String, limits: JSONLimits = .default) throws(JSONError) {
        try self.init(parsing: ByteBuffer(string: text), limits: limits)
    }
}
