/// An attachment of a bounded size and of some kinds, told by its leading bytes (VAL-49).
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

    let max: Int
    private let kinds: [Kind]
    /// What is said of too many bytes, and of another kind.
    let faces: [Face]

    /// The pipe.
    /// - Parameters:
    ///   - max: the most bytes.
    ///   - types: the kinds that are let through; all if empty.
    public init(max: Int, types: [Kind] = []) {
        self.max = max
        kinds = types
        faces = [
            Face("isByteLength", "must have 0 to \(max) bytes", limit: max.limit),
            Face("isMimeType", "must be one of: \(types.map(\.name).joined(separator: ", "))"),
        ]
    }

    /// The attachment.
    public func transform(_ attachment: BinaryAttachment) throws(ValidationError) -> BinaryAttachment {
        guard let broken = brokenFace(attachment) else { return attachment }
        throw .single(faces[broken].key, faces[broken].predicate, limit: faces[broken].limit)
    }

    /// The face of the rule that an attachment breaks.
    func brokenFace(_ attachment: BinaryAttachment) -> Int? {
        guard attachment.count <= max else { return 0 }
        return kinds.isEmpty || kinds.contains { attachment.starts(with: $0.prefix) } ? nil : 1
    }
}
