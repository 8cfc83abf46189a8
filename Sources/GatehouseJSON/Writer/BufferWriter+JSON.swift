extension BufferWriter {
    /// Appends a JSON string with its quotes. Escaped are the quote, the backslash, C0 controls, and U+2028 and U+2029, which older
    /// JavaScript does not take inside a literal. Clean runs are copied whole.
    package mutating func writeJSONString(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in unsafe writeJSONString(utf8: RawSpan(_unsafeBytes: UnsafeRawBufferPointer(utf8))) }
    }

    /// Appends a JSON string whose text is UTF-8 that the caller has validated.
    package mutating func writeJSONString(utf8 text: RawSpan) {
        reserve(text.byteCount &+ 2)
        writeInteger(ASCII.quote)
        var clean = 0
        var i = 0
        while i < text.byteCount {
            if i &+ 8 <= text.byteCount {
                let word = text.word(i)
                guard !Self.isPlain(word) else {
                    i &+= 8
                    continue
                }
                let mask = Self.escapedBytes(word)
                guard mask != 0 else {
                    i &+= 8
                    continue
                }
                i &+= mask.trailingZeroBitCount &>> 3
            }
            let byte = text.byte(i)
            let length = Self.escapedLength(byte, text, i)
            guard length > 0 else {
                i &+= 1
                continue
            }
            if i > clean { writeBytes(text.extracting(clean..<i)) }
            writeEscape(byte, length == 3 ? text.byte(i &+ 2) : 0)
            i &+= length
            clean = i
        }
        if i > clean { writeBytes(text.extracting(clean..<i)) }
        writeInteger(ASCII.quote)
    }

    /// Appends an integer.
    package mutating func writeJSONInteger(_ value: some FixedWidthInteger) {
        guard let small = Int64(exactly: value) else {
            writeString(String(value))
            return
        }
        if small < 0 { writeInteger(ASCII.minus) }
        writeJSONInteger(small.magnitude)
    }

    /// Appends an integer from 0 on. Not generic, since every ack has one: its id.
    package mutating func writeJSONInteger(_ value: UInt64) {
        var magnitude = value
        if magnitude < 10 {
            writeInteger(ASCII.zero &+ UInt8(truncatingIfNeeded: magnitude))
            return
        }
        // Twenty digits at most, laid from the back of two words; no string is made.
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var first = 20
        while magnitude > 0 {
            first &-= 1
            digits[first] = ASCII.zero &+ UInt8(truncatingIfNeeded: magnitude % 10)
            magnitude /= 10
        }
        unsafe writeBytes(digits.span.bytes.extracting(first..<20))
    }

    /// Appends a finite double in the shortest form that reads back the same.
    /// - Returns: false, with nothing written, for a double that is not finite.
    package mutating func writeJSONNumber(_ value: Double) -> Bool {
        guard value.isFinite else { return false }
        // "1.0" stays as it is: a reader then gets a number, not an integer, back.
        writeString(value.description)
        return true
    }

    /// Whether eight bytes are ASCII without anything to escape. A borrow from one byte to the next may say no where it is so, never the reverse.
    @inline(__always) private static func isPlain(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let controls = word &- (ones &* UInt64(ASCII.space))
        let quotes = (word ^ (ones &* UInt64(ASCII.quote))) &- ones
        let slashes = (word ^ (ones &* UInt64(ASCII.backslash))) &- ones
        return (controls | quotes | slashes | word) & 0x8080_8080_8080_8080 == 0
    }

    /// The high bit of each byte that may need an escape; 0xE2 begins U+2028 and U+2029.
    @inline(__always) private static func escapedBytes(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let quotes = word ^ (ones &* UInt64(ASCII.quote))
        let slashes = word ^ (ones &* UInt64(ASCII.backslash))
        let leads = word ^ (ones &* 0xE2)
        let controls = (word &- (ones &* UInt64(ASCII.space))) & ~word
        return (controls | ((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes) | ((leads &- ones) & ~leads)) & highs
    }

    @inline(__always) private static func escapedLength(_ byte: UInt8, _ text: RawSpan, _ offset: Int) -> Int {
        if byte < ASCII.space || byte == ASCII.quote || byte == ASCII.backslash { return 1 }
        guard byte == 0xE2, offset &+ 2 < text.byteCount, text.byte(offset &+ 1) == 0x80, text.byte(offset &+ 2) & 0xFE == 0xA8
        else { return 0 }
        return 3
    }

    private mutating func writeEscape(_ byte: UInt8, _ last: UInt8) {
        switch byte {
        case ASCII.quote: writeStaticString("\\\"")
        case ASCII.backslash: writeStaticString("\\\\")
        case ASCII.lineFeed: writeStaticString("\\n")
        case ASCII.carriageReturn: writeStaticString("\\r")
        case ASCII.tab: writeStaticString("\\t")
        case 0xE2: writeStaticString(last == 0xA8 ? "\\u2028" : "\\u2029")
        default:
            writeStaticString("\\u00")
            writeInteger(byte < 0x10 ? ASCII.zero : ASCII.zero &+ 1)
            let low = byte & 0x0F
            writeInteger(low < 10 ? ASCII.zero &+ low : 0x57 &+ low)
        }
    }
}
