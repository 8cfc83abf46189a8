/// Base16 of RFC 4648, section 8, with lower-case digits, as people write hashes and keys' ids.
package enum Base16 {
    private static let digits = Array("0123456789abcdef".utf8)

    /// The text of `bytes`, two digits each.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }, as: UTF8.self)
    }
}
