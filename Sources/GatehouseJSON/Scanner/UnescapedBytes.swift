/// The bytes of a scanned string's text, one after the other, without storage for them.
struct UnescapedBytes {
    private var position: Int
    private let end: Int
    /// Bytes of a scalar that an escape named and that are still to come, the next one lowest.
    private var pending: UInt32 = 0

    init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    mutating func next(_ text: RawSpan) -> UInt8? {
        if pending != 0 {
            let byte = UInt8(truncatingIfNeeded: pending)
            pending &>>= 8
            return byte
        }
        guard position < end else { return nil }
        let byte = text.byte(position)
        guard byte == ASCII.backslash, position &+ 1 < end else {
            position &+= 1
            return byte
        }
        let kind = text.byte(position &+ 1)
        guard kind == UInt8(ascii: "u") else {
            position &+= 2
            return StringEscape.plain(kind)
        }
        var scalar = StringEscape.codeUnit(text, at: position &+ 2) ?? 0xFFFD
        position &+= 6
        if scalar & 0xF800 == 0xD800 {
            if let low = StringEscape.escapedUnit(text, at: position), low & 0xFC00 == 0xDC00, scalar < 0xDC00 {
                scalar = 0x10000 &+ ((scalar & 0x3FF) &<< 10 | low & 0x3FF)
                position &+= 6
            } else {
                scalar = 0xFFFD
            }
        }
        return encode(scalar)
    }

    /// Gives the first byte of a scalar and keeps the others, none of which is zero.
    private mutating func encode(_ scalar: UInt32) -> UInt8 {
        let tail = 0x80 | scalar & 0x3F
        let second = 0x80 | (scalar &>> 6) & 0x3F
        switch scalar {
        case 0..<0x80:
            return UInt8(truncatingIfNeeded: scalar)
        case 0x80..<0x800:
            pending = tail
            return UInt8(truncatingIfNeeded: 0xC0 | scalar &>> 6)
        case 0x800..<0x10000:
            pending = second | tail &<< 8
            return UInt8(truncatingIfNeeded: 0xE0 | scalar &>> 12)
        default:
            pending = 0x80 | (scalar &>> 12) & 0x3F | second &<< 8 | tail &<< 16
            return UInt8(truncatingIfNeeded: 0xF0 | scalar &>> 18)
        }
    }

    /// Whether two strings have the same text.
    static func isSame(_ left: Range<Int>, _ right: Range<Int>, _ text: RawSpan) -> Bool {
        var left = UnescapedBytes(left)
        var right = UnescapedBytes(right)
        while true {
            let (l, r) = (left.next(text), right.next(text))
            guard l == r else { return false }
            if l == nil { return true }
        }
    }
}
