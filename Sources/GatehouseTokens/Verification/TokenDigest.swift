/// SHA-256 of a token's text.
package struct TokenDigest: Sendable, Hashable, CustomStringConvertible {
    // Four words in place: a digest is made for every token, and an array would allocate once more.
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var fourth: UInt64 = 0

    /// nil only if libcrypto cannot hash.
    package init?(of token: [UInt8]) {
        guard let hash = MessageDigest.sha256.hash(token) else { return nil }
        for byte in hash {
            // The whole digest moves up by one byte.
            first = first << 8 | second >> 56
            second = second << 8 | third >> 56
            third = third << 8 | fourth >> 56
            fourth = fourth << 8 | UInt64(byte)
        }
    }

    /// Lower-case hexadecimal.
    package var description: String {
        [first, second, third, fourth].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
