/// SHA-256 of a token's text.
package struct TokenDigest: Sendable, Hashable, CustomStringConvertible {
    private let words: [UInt64]

    /// nil only if libcrypto cannot hash.
    package init?(of token: [UInt8]) {
        guard let hash = MessageDigest.sha256.hash(token) else { return nil }
        var words = [UInt64](repeating: 0, count: 4)
        for (index, byte) in hash.enumerated() { words[index / 8] = words[index / 8] << 8 | UInt64(byte) }
        self.words = words
    }

    /// Lower-case hexadecimal.
    package var description: String {
        words.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
