/// The text forms that constraints and pipes know, as predicates on validated UTF-8. All of them run once over the bytes.
enum Form {
    @inline(__always) static func isLower(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }
    @inline(__always) static func isUpper(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }
    @inline(__always) static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
    @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { ASCII.isDigit(byte) }
    @inline(__always) static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }
    @inline(__always) static func isHex(_ byte: UInt8) -> Bool { ASCII.hexValue(byte) != nil }

    /// Whether every byte of a part that is not empty is of a class.
    @inline(__always)
    static func all(_ text: RawSpan, _ range: Range<Int>, _ isMember: (UInt8) -> Bool) -> Bool {
        guard !range.isEmpty else { return false }
        var i = range.lowerBound
        while i < range.upperBound {
            guard isMember(text.byte(i)) else { return false }
            i &+= 1
        }
        return true
    }

    @inline(__always)
    static func all(_ text: RawSpan, _ isMember: (UInt8) -> Bool) -> Bool { all(text, 0..<text.byteCount, isMember) }

    /// The first place of a byte from an offset on.
    static func first(_ byte: UInt8, _ text: RawSpan, from start: Int = 0) -> Int? {
        var i = start
        while i < text.byteCount {
            if text.byte(i) == byte { return i }
            i &+= 1
        }
        return nil
    }

    /// The last place of a byte.
    static func last(_ byte: UInt8, _ text: RawSpan) -> Int? {
        var i = text.byteCount
        while i > 0 {
            i &-= 1
            if text.byte(i) == byte { return i }
        }
        return nil
    }

    /// The parts between separators; nil if there are more than a number of them.
    static func parts(_ text: RawSpan, _ range: Range<Int>, by separator: UInt8, max: Int) -> [Range<Int>]? {
        var parts: [Range<Int>] = []
        var start = range.lowerBound
        var i = start
        while i <= range.upperBound {
            if i == range.upperBound || text.byte(i) == separator {
                guard parts.count < max else { return nil }
                parts.append(start..<i)
                start = i &+ 1
            }
            i &+= 1
        }
        return parts
    }

    static func parts(_ text: RawSpan, by separator: UInt8, max: Int) -> [Range<Int>]? {
        parts(text, 0..<text.byteCount, by: separator, max: max)
    }

    /// The value of one to nine digits, leading zeros allowed only if asked for.
    static func number(_ text: RawSpan, _ range: Range<Int>, leadingZeros: Bool = false) -> Int? {
        guard range.count <= 9, all(text, range, isDigit), leadingZeros || range.count == 1 || text.byte(range.lowerBound) != ASCII.zero
        else { return nil }
        return Decimal.unsigned(text, range).flatMap { Int(exactly: $0) }
    }
}
