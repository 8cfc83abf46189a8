/// Base16 of RFC 4648, section 8, with lower-case digits, as people write hashes and keys' ids.
package enum Base16 {
    /// The text of `bytes`, two digits each. An array: generic code of another module costs ten times as much, at every CONNECT.
    package static func encode(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * bytes.count)
        for byte in bytes {
            digits.append(digit(byte >> 4))
            digits.append(digit(byte & 0xF))
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// A digit of four bits.
    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &+ (value &- 10)
    }
}
