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
        var source = UnescapedBytes(range)
        while length < output.count, let byte = source.next(bytes) {
            unsafe output[length] = byte
            length &+= 1
        }
        return length
    }

    /// What a one-letter escape stands for.
    @inline(__always) static func plain(_ byte: UInt8) -> UInt8 {
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
