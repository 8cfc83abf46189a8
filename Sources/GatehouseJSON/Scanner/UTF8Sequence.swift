/// Multi-byte sequences of UTF-8, by table 3-7 of the Unicode standard: no overlong form, no surrogate, nothing above U+10FFFF.
enum UTF8Sequence {
    /// The length of the well-formed sequence that starts at an offset with a byte of 0x80 or more.
    @inline(__always) static func length(_ bytes: RawSpan, at offset: Int) -> Int? {
        let left = bytes.byteCount &- offset
        let first = bytes.byte(offset)
        switch first {
        case 0xC2...0xDF:
            guard left >= 2, isTail(bytes.byte(offset &+ 1)) else { return nil }
            return 2
        case 0xE0...0xEF:
            guard left >= 3 else { return nil }
            let second = bytes.byte(offset &+ 1)
            guard isTail(second), isTail(bytes.byte(offset &+ 2)) else { return nil }
            if first == 0xE0 && second < 0xA0 { return nil }
            if first == 0xED && second > 0x9F { return nil }
            return 3
        case 0xF0...0xF4:
            guard left >= 4 else { return nil }
            let second = bytes.byte(offset &+ 1)
            guard isTail(second), isTail(bytes.byte(offset &+ 2)), isTail(bytes.byte(offset &+ 3)) else { return nil }
            if first == 0xF0 && second < 0x90 { return nil }
            if first == 0xF4 && second > 0x8F { return nil }
            return 4
        default:
            return nil
        }
    }

    @inline(__always) private static func isTail(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
