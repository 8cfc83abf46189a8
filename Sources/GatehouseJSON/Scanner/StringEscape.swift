/// The escapes of a JSON string.
enum StringEscape {
    /// Four hexadecimal digits at an offset.
    static func codeUnit(_ bytes: RawSpan, at offset: Int) -> UInt32? {
        guard offset &+ 4 <= bytes.byteCount,
            let a = ASCII.hexValue(bytes.byte(offset)), let b = ASCII.hexValue(bytes.byte(offset &+ 1)),
            let c = ASCII.hexValue(bytes.byte(offset &+ 2)), let d = ASCII.hexValue(bytes.byte(offset &+ 3))
        else { return nil }
        return a &<< 12 | b &<< 8 | c &<< 4 | d
    }

    /// A whole `\uXXXX` at an offset.
    static func escapedUnit(_ bytes: RawSpan, at offset: Int) -> UInt32? {
        guard offset &+ 6 <= bytes.byteCount, bytes.byte(offset) == ASCII.backslash, bytes.byte(offset &+ 1) == UInt8(ascii: "u")
        else { return nil }
        return codeUnit(bytes, at: offset &+ 2)
    }

    /// Writes the text of a scanned string, which is never longer than its escaped form, and gives its length.
    @unsafe static func unescape(_ bytes: RawSpan, _ range: Range<Int>, into output: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var length = 0
        func put(_ byte: UInt32) {
            guard length < output.count else { return }
            unsafe output[length] = UInt8(truncatingIfNeeded: byte)
            length &+= 1
        }
        var i = range.lowerBound
        while i < range.upperBound {
            let byte = bytes.byte(i)
            guard byte == ASCII.backslash, i &+ 1 < range.upperBound else {
                put(UInt32(byte))
                i &+= 1
                continue
            }
            let kind = bytes.byte(i &+ 1)
            guard kind == UInt8(ascii: "u") else {
                put(UInt32(plain(kind)))
                i &+= 2
                continue
            }
            var scalar = codeUnit(bytes, at: i &+ 2) ?? 0xFFFD
            i &+= 6
            if scalar & 0xF800 == 0xD800 {
                if let low = escapedUnit(bytes, at: i), low & 0xFC00 == 0xDC00, scalar < 0xDC00 {
                    scalar = 0x10000 &+ ((scalar & 0x3FF) &<< 10 | low & 0x3FF)
                    i &+= 6
                } else {
                    scalar = 0xFFFD
                }
            }
            switch scalar {
            case 0..<0x80:
                put(scalar)
            case 0x80..<0x800:
                put(0xC0 | scalar &>> 6)
                put(0x80 | scalar & 0x3F)
            case 0x800..<0x10000:
                put(0xE0 | scalar &>> 12)
                put(0x80 | (scalar &>> 6) & 0x3F)
                put(0x80 | scalar & 0x3F)
            default:
                put(0xF0 | scalar &>> 18)
                put(0x80 | (scalar &>> 12) & 0x3F)
                put(0x80 | (scalar &>> 6) & 0x3F)
                put(0x80 | scalar & 0x3F)
            }
        }
        return length
    }

    private static func plain(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): ASCII.lineFeed
        case UInt8(ascii: "r"): ASCII.carriageReturn
        case UInt8(ascii: "t"): ASCII.tab
        default: byte
        }
    }
}
