/// Base64url without padding (RFC 7515, section 2), strict: one text for one value. Padding, the characters `+` and `/`, white space, a length
/// of 4n+1 and non-zero trailing bits are all refused, so that no second spelling of a token exists.
package enum Base64URL {
    /// The decoded bytes of `text`, or nil if it is not the one encoding of them.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        let remainder = text.count % 4
        guard remainder != 1 else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(text.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var filled = 0
        for character in text {
            guard let value = value(of: character) else { return nil }
            bits = (bits << 6) | value
            filled &+= 6
            if filled == 24 {
                output.append(UInt8(truncatingIfNeeded: bits >> 16))
                output.append(UInt8(truncatingIfNeeded: bits >> 8))
                output.append(UInt8(truncatingIfNeeded: bits))
                bits = 0
                filled = 0
            }
        }
        switch filled {
        case 12:
            guard bits & 0xF == 0 else { return nil }
            output.append(UInt8(truncatingIfNeeded: bits >> 4))
        case 18:
            guard bits & 0x3 == 0 else { return nil }
            output.append(UInt8(truncatingIfNeeded: bits >> 10))
            output.append(UInt8(truncatingIfNeeded: bits >> 2))
        default: break
        }
        return output
    }

    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count * 4 + 2) / 3)
        var bits: UInt32 = 0
        var filled: UInt32 = 0
        for byte in bytes {
            bits = (bits << 8) | UInt32(byte)
            filled &+= 8
            while filled >= 6 {
                filled &-= 6
                output.append(character(of: (bits >> filled) & 0x3F))
            }
            bits &= (1 << filled) &- 1
        }
        if filled > 0 { output.append(character(of: (bits << (6 &- filled)) & 0x3F)) }
        return String(decoding: output, as: UTF8.self)
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case 0x41...0x5A: UInt32(character &- 0x41)
        case 0x61...0x7A: UInt32(character &- 0x61 &+ 26)
        case 0x30...0x39: UInt32(character &- 0x30 &+ 52)
        case 0x2D: 62
        case 0x5F: 63
        default: nil
        }
    }

    private static func character(of value: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: value)
        return switch value {
        case 0..<26: value &+ 0x41
        case 26..<52: value &- 26 &+ 0x61
        case 52..<62: value &- 52 &+ 0x30
        case 62: 0x2D
        default: 0x5F
        }
    }
}
