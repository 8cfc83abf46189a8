extension JSONScanner {
    /// Reads a string from its opening quote on. Clean ASCII is passed over eight bytes at a time.
    @inline(__always) mutating func string(_ bytes: RawSpan) throws(JSONError) -> JSONNode {
        let start = position &+ 1
        let limit = limits.stringBytes < bytes.byteCount ? start &+ limits.stringBytes &+ 1 : bytes.byteCount
        let stop = min(bytes.byteCount, limit)
        var i = start
        var node = JSONNode(.string, start: start, end: 0, next: nodes.count &+ 1)
        while true {
            while i &+ 8 <= stop {
                let mask = Self.specialBytes(bytes.word(i))
                guard mask == 0 else {
                    i &+= mask.trailingZeroBitCount &>> 3
                    break
                }
                i &+= 8
            }
            guard i < stop else { break }
            let byte = bytes.byte(i)
            if byte == ASCII.quote {
                node.end = UInt32(truncatingIfNeeded: i)
                position = i &+ 1
                return node
            } else if byte == ASCII.backslash {
                node.hasEscapes = true
                i = try escape(bytes, at: i)
            } else if byte >= 0x80 {
                guard let length = UTF8Sequence.length(bytes, at: i) else {
                    throw JSONError(.utf8, "the bytes are not UTF-8", at: i)
                }
                i &+= length
            } else if byte < ASCII.space {
                throw JSONError(.syntax, "a control character stands in a string", at: i)
            } else {
                i &+= 1
            }
        }
        guard i < bytes.byteCount else { throw JSONError(.syntax, "a string has no end", at: bytes.byteCount) }
        throw JSONError(.stringLength, "a string has more than \(limits.stringBytes) bytes", at: i)
    }

    /// The high bit of each byte that ends a clean run: quote, backslash, control or non-ASCII. A borrow may set bits above the lowest one,
    /// and only there, so the lowest is always right.
    @inline(__always) static func specialBytes(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let quotes = word ^ (ones &* UInt64(ASCII.quote))
        let slashes = word ^ (ones &* UInt64(ASCII.backslash))
        let controls = word &- (ones &* UInt64(ASCII.space))
        // A borrow goes to later bytes only, and bytes from 80 on are marked anyway: so the first mark is right.
        return (controls | (quotes &- ones) | (slashes &- ones) | word) & highs
    }

    /// Checks the escape at a backslash and gives the offset after it.
    private mutating func escape(_ bytes: RawSpan, at offset: Int) throws(JSONError) -> Int {
        guard offset &+ 1 < bytes.byteCount else { throw JSONError(.syntax, "a string has no end", at: bytes.byteCount) }
        switch bytes.byte(offset &+ 1) {
        case ASCII.quote, ASCII.backslash, ASCII.slash, UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"),
            UInt8(ascii: "t"):
            return offset &+ 2
        case UInt8(ascii: "u"):
            guard let unit = StringEscape.codeUnit(bytes, at: offset &+ 2) else {
                throw JSONError(.syntax, "an escape is not four hexadecimal digits", at: offset)
            }
            guard unit & 0xF800 == 0xD800 else { return offset &+ 6 }
            if unit < 0xDC00, let low = StringEscape.escapedUnit(bytes, at: offset &+ 6), low & 0xFC00 == 0xDC00 {
                return offset &+ 12
            }
            if ambiguity == nil { ambiguity = JSONError(.loneSurrogate, "an escape names half of a surrogate pair", at: offset) }
            return offset &+ 6
        default:
            throw JSONError(.syntax, "an unknown escape stands in a string", at: offset)
        }
    }
}
