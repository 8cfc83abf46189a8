package import NIOCore

/// The name of a room: 1 to 256 bytes, no control characters or line separators, and none that policies read as a pattern (`*`, `?`, `{`, `}`, `[`, `]`).
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

/// An attachment of a bounded size and of some kinds, told by its leading bytes.
public struct Binary: Sendable {
    /// A kind of content and the bytes that it begins with.
    public struct Kind: Sendable, Hashable {
        /// The media type.
        public let name: String
        /// What the content begins with.
        public let prefix: [UInt8]

        /// A kind.
        public init(_ name: String, prefix: [UInt8]) {
            self.name = name
            self.prefix = prefix
        }

        /// PNG images.
        public static let png = Kind("image/png", prefix: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        /// JPEG images.
        public static let jpeg = Kind("image/jpeg", prefix: [0xFF, 0xD8, 0xFF])
        /// GIF images.
        public static let gif = Kind("image/gif", prefix: [0x47, 0x49, 0x46, 0x38])
        /// PDF documents.
        public static let pdf = Kind("application/pdf", prefix: [0x25, 0x50, 0x44, 0x46, 0x2D])
        /// ZIP archives.
        public static let zip = Kind("application/zip", prefix: [0x50, 0x4B, 0x03, 0x04])
    }

    private let max: Int
    private let kinds: [Kind]

    /// The pipe.
    /// - Parameters:
    ///   - max: the most bytes.
    ///   - types: the kinds that are let through; all if empty.
    public init(max: Int, types: [Kind] = []) {
        self.max = max
        kinds = types
    }

    /// The attachment.
    package func transform(_ bytes: ByteBuffer) throws(ValidationError) -> ByteBuffer {
        guard bytes.readableBytes <= max else { throw .single("isByteLength", "must have 0 to \(max) bytes", limit: max.limit) }
        guard kinds.isEmpty || kinds.contains(where: { bytes.readableBytesView.starts(with: $0.prefix) }) else {
            throw .single("isMimeType", "must be one of: \(kinds.map(\.name).joined(separator: ", "))")
        }
        return bytes
    }
}
