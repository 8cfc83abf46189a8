/// Base16 of RFC 4648, section 8, with lower-case digits, as people write hashes and keys' ids.
package enum Base16 {
    /// The text of `bytes`, two digits each. Inlinable: the ids in the record of each CONNECT are written with it.
    @inlinable
    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * bytes.count)
        for byte in bytes {
            digits.append(digit(byte >> 4))
            digits.append(digit(byte & 0xF))
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// A digit of four bits.
    @inlinable
    package static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &+ (value &- 10)
    }
}
