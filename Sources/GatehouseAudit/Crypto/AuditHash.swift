internal import GatehouseJSON

/// 32 bytes of SHA-256, kept inline: one is made for every record.
package struct AuditHash: Sendable, Hashable {
    /// The bytes in memory order.
    var words: InlineWords

    struct InlineWords: Sendable, Hashable {
        var a: UInt64 = 0
        var b: UInt64 = 0
        var c: UInt64 = 0
        var d: UInt64 = 0
    }

    /// `h[0]` of the chain (AUD-20).
    package static let zero = AuditHash(words: InlineWords())

    package var bytes: [UInt8] {
        [words.a, words.b, words.c, words.d].flatMap { word in
            let value = UInt64(bigEndian: word)
            return (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) }
        }
    }

    /// Takes exactly 32 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words: [UInt64] = []
        var word: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            word = word << 8 | UInt64(byte)
            if index % 8 == 7 {
                words.append(word.bigEndian)
                word = 0
            }
        }
        self.words = InlineWords(a: words[0], b: words[1], c: words[2], d: words[3])
    }

    /// The plain hash of `bytes`.
    package static func sha256(_ bytes: [UInt8]) throws(AuditError) -> AuditHash {
        var hasher = try SHA256()
        hasher.update(bytes.span)
        return try hasher.finish()
    }

    init(words: InlineWords) { self.words = words }

    /// 43 characters, base64url without padding.
    package var text: String {
        var out: [UInt8] = []
        append(to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends ``text``.
    func append(to out: inout [UInt8]) {
        unsafe withUnsafeBytes(of: words) { bytes in Base64.url.append(unsafe bytes.bytes, to: &out) }
    }

    /// Reads ``text``: exactly 43 letters in their one spelling.
    init?(text: Span<UInt8>) {
        guard text.count == 43, let bytes = Base64.url.decode(text.indices.map { text[$0] }) else { return nil }
        self.init(bytes: bytes)
    }
}
