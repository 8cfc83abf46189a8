extension Form {
    /// A host name of RFC 1123 with two labels or more, the last one not numeric.
    static func isHostName(_ text: RawSpan) -> Bool { isHostName(text, 0..<text.byteCount, minLabels: 2) }

    static func isHostName(_ text: RawSpan, _ range: Range<Int>, minLabels: Int) -> Bool {
        guard !range.isEmpty, range.count <= 253, let labels = parts(text, range, by: ASCII.dot, max: 127), labels.count >= minLabels,
            let last = labels.last, !all(text, last, isDigit)
        else { return false }
        return labels.allSatisfy { label in
            guard label.count <= 63, all(text, label, { isAlphanumeric($0) || $0 == ASCII.minus }) else { return false }
            return text.byte(label.lowerBound) != ASCII.minus && text.byte(label.upperBound &- 1) != ASCII.minus
        }
    }

    /// An address of RFC 5321 without quotes, comments and address literals: a dot-atom of at most 64 bytes at a host name.
    static func isEmail(_ text: RawSpan) -> Bool {
        guard text.byteCount <= 254, let at = last(0x40, text), at > 0, at <= 64 else { return false }
        guard let atoms = parts(text, 0..<at, by: ASCII.dot, max: 64) else { return false }
        return atoms.allSatisfy { all(text, $0, isAtom) } && isHostName(text, at &+ 1..<text.byteCount, minLabels: 2)
    }

    private static func isAtom(_ byte: UInt8) -> Bool {
        if isAlphanumeric(byte) { return true }
        switch byte {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2F, 0x3D, 0x3F, 0x5E...0x60, 0x7B...0x7E: return true
        default: return false
        }
    }

    /// An absolute URL with one of some schemes and a host, without user information; the rest is the characters of RFC 3986.
    static func isURL(_ text: RawSpan, schemes: [[UInt8]]) -> Bool {
        guard text.byteCount <= 2_048, let colon = first(ASCII.colon, text), colon &+ 3 < text.byteCount,
            text.byte(colon &+ 1) == ASCII.slash, text.byte(colon &+ 2) == ASCII.slash,
            schemes.contains(where: { isScheme(text, colon, $0) })
        else { return false }
        let start = colon &+ 3
        var end = start
        while end < text.byteCount, text.byte(end) != ASCII.slash, text.byte(end) != 0x3F, text.byte(end) != 0x23 { end &+= 1 }
        return isAuthority(text, start..<end) && isURLTail(text, end..<text.byteCount)
    }

    private static func isScheme(_ text: RawSpan, _ length: Int, _ scheme: [UInt8]) -> Bool {
        guard scheme.count == length else { return false }
        for (i, byte) in scheme.enumerated() where text.byte(i) != byte && !(isLower(byte) && text.byte(i) | 0x20 == byte) { return false }
        return true
    }

    private static func isAuthority(_ text: RawSpan, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return false }
        var host = range
        if text.byte(range.lowerBound) == ASCII.openBracket {
            guard let close = first(ASCII.closeBracket, text, from: range.lowerBound), close < range.upperBound,
                isIPv6(text, range.lowerBound &+ 1..<close)
            else { return false }
            if close &+ 1 == range.upperBound { return true }
            return text.byte(close &+ 1) == ASCII.colon && isPort(text, close &+ 2..<range.upperBound)
        }
        if let colon = first(ASCII.colon, text, from: range.lowerBound), colon < range.upperBound {
            guard isPort(text, colon &+ 1..<range.upperBound) else { return false }
            host = range.lowerBound..<colon
        }
        return isHostName(text, host, minLabels: 1) || isIPv4(text, host)
    }

    private static func isURLTail(_ text: RawSpan, _ range: Range<Int>) -> Bool {
        var i = range.lowerBound
        while i < range.upperBound {
            let byte = text.byte(i)
            switch byte {
            case 0x25:
                guard i &+ 2 < range.upperBound, isHex(text.byte(i &+ 1)), isHex(text.byte(i &+ 2)) else { return false }
                i &+= 2
            case 0x22, 0x3C, 0x3E, 0x5B...0x5E, 0x60, 0x7B...0x7D, 0...0x20, 0x7F...0xFF: return false
            default: break
            }
            i &+= 1
        }
        return true
    }

    /// A port from 1 to 65535 in decimal.
    static func isPort(_ text: RawSpan, _ range: Range<Int>) -> Bool { number(text, range).map { (1...65_535).contains($0) } ?? false }

    /// Four decimal bytes without leading zeros.
    static func isIPv4(_ text: RawSpan, _ range: Range<Int>) -> Bool {
        guard let parts = parts(text, range, by: ASCII.dot, max: 4), parts.count == 4 else { return false }
        return parts.allSatisfy { part in number(text, part).map { $0 <= 255 } ?? false }
    }

    /// An address of RFC 4291, section 2.2, without a zone.
    static func isIPv6(_ text: RawSpan, _ range: Range<Int>) -> Bool {
        guard range.count >= 2, range.count <= 45 else { return false }
        var groups = 0
        var hasGap = false
        var i = range.lowerBound
        if text.byte(i) == ASCII.colon {
            guard text.byte(i &+ 1) == ASCII.colon else { return false }
            hasGap = true
            i &+= 2
        }
        while i < range.upperBound {
            var end = i
            while end < range.upperBound, text.byte(end) != ASCII.colon { end &+= 1 }
            if end == range.upperBound, isIPv4(text, i..<end) {
                groups &+= 2
                i = end
                break
            }
            guard end &- i <= 4, all(text, i..<end, isHex) else { return false }
            groups &+= 1
            i = end
            guard i < range.upperBound else { break }
            i &+= 1
            guard i < range.upperBound else { return false }
            if text.byte(i) == ASCII.colon {
                guard !hasGap else { return false }
                hasGap = true
                i &+= 1
            }
        }
        return hasGap ? groups < 8 : groups == 8
    }

    /// An address of a version, or of either.
    static func isIP(_ text: RawSpan, _ range: Range<Int>, version: Int?) -> Bool {
        (version != 6 && isIPv4(text, range)) || (version != 4 && isIPv6(text, range))
    }

    /// An address, a slash and a prefix length.
    static func isCIDR(_ text: RawSpan) -> Bool {
        guard let slash = first(ASCII.slash, text), let length = number(text, slash &+ 1..<text.byteCount) else { return false }
        return (isIPv4(text, 0..<slash) && length <= 32) || (isIPv6(text, 0..<slash) && length <= 128)
    }

    /// Six bytes in hexadecimal between colons or hyphens, one kind of them.
    static func isMAC(_ text: RawSpan) -> Bool {
        guard text.byteCount == 17 else { return false }
        let separator = text.byte(2)
        guard separator == ASCII.colon || separator == ASCII.minus else { return false }
        for i in 0..<17 {
            guard i % 3 == 2 ? text.byte(i) == separator : isHex(text.byte(i)) else { return false }
        }
        return true
    }
}
