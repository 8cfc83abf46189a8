extension Form {
    /// A UUID in its hyphenated form, of a version from 1 to 8 or of any version; the nil UUID only where no version is asked for.
    static func isUUID(_ text: RawSpan, version: Int?) -> Bool {
        guard text.byteCount == 36 else { return false }
        var isNil = true
        for i in 0..<36 {
            let byte = text.byte(i)
            if i == 8 || i == 13 || i == 18 || i == 23 {
                guard byte == ASCII.minus else { return false }
            } else {
                guard isHex(byte) else { return false }
                isNil = isNil && byte == ASCII.zero
            }
        }
        if isNil { return version == nil }
        guard let found = ASCII.hexValue(text.byte(14)), (1...8).contains(found), let variant = ASCII.hexValue(text.byte(19)),
            variant & 0xC == 0x8
        else { return false }
        return version == nil || version == Int(found)
    }

    /// A ULID: 26 characters of Crockford's base 32, the first at most 7.
    static func isULID(_ text: RawSpan) -> Bool {
        guard text.byteCount == 26, text.byte(0) <= 0x37 else { return false }
        return all(text) { byte in
            if isDigit(byte) { return true }
            let upper = byte & 0xDF
            return isUpper(upper) && upper != 0x49 && upper != 0x4C && upper != 0x4F && upper != 0x55
        }
    }

    /// 24 hexadecimal digits.
    static func isObjectID(_ text: RawSpan) -> Bool { text.byteCount == 24 && all(text, isHex) }

    /// Three non-empty parts of base64url between two dots, the first two of which begin as JSON objects do.
    static func isJWT(_ text: RawSpan) -> Bool {
        guard let parts = parts(text, by: ASCII.dot, max: 3), parts.count == 3 else { return false }
        guard parts.allSatisfy({ all(text, $0, isBase64URL) && $0.count % 4 != 1 }) else { return false }
        return parts.prefix(2).allSatisfy { text.byte($0.lowerBound) == 0x65 && $0.count > 2 }
    }

    /// Digits and letters of base64url.
    static func isBase64URL(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == ASCII.minus || byte == 0x5F }

    /// Standard base64, padded, with no bits left over.
    static func isBase64(_ text: RawSpan) -> Bool {
        guard text.byteCount > 0, text.byteCount % 4 == 0 else { return false }
        var end = text.byteCount
        if text.byte(end &- 1) == 0x3D { end &-= 1 }
        if text.byte(end &- 1) == 0x3D { end &-= 1 }
        guard all(text, 0..<end, { isAlphanumeric($0) || $0 == ASCII.plus || $0 == ASCII.slash }) else { return false }
        return hasNoSpareBits(text, end)
    }

    /// base64url without padding and with no bits left over.
    static func isBase64URLText(_ text: RawSpan) -> Bool {
        all(text, isBase64URL) && text.byteCount % 4 != 1 && hasNoSpareBits(text, text.byteCount)
    }

    private static func hasNoSpareBits(_ text: RawSpan, _ end: Int) -> Bool {
        let spare: UInt8 = end % 4 == 2 ? 0x0F : end % 4 == 3 ? 0x03 : 0
        return spare == 0 || value64(text.byte(end &- 1)) & spare == 0
    }

    private static func value64(_ byte: UInt8) -> UInt8 {
        if isUpper(byte) { return byte &- 0x41 }
        if isLower(byte) { return byte &- 0x61 &+ 26 }
        if isDigit(byte) { return byte &- ASCII.zero &+ 52 }
        return byte == ASCII.plus || byte == ASCII.minus ? 62 : 63
    }

    /// `#` and 3, 4, 6 or 8 hexadecimal digits.
    static func isHexColor(_ text: RawSpan) -> Bool {
        guard text.byteCount > 1, text.byte(0) == 0x23, all(text, 1..<text.byteCount, isHex) else { return false }
        return [4, 5, 7, 9].contains(text.byteCount)
    }

    /// A version of semver.org 2.0.0.
    static func isSemVer(_ text: RawSpan) -> Bool {
        guard text.byteCount <= 256 else { return false }
        var end = text.byteCount
        if let plus = first(ASCII.plus, text) {
            guard areIdentifiers(text, plus &+ 1..<end, numeric: false) else { return false }
            end = plus
        }
        if let dash = first(ASCII.minus, text), dash < end {
            guard areIdentifiers(text, dash &+ 1..<end, numeric: true) else { return false }
            end = dash
        }
        guard let core = parts(text, 0..<end, by: ASCII.dot, max: 3), core.count == 3 else { return false }
        return core.allSatisfy { isSemVerNumber(text, $0) }
    }

    private static func areIdentifiers(_ text: RawSpan, _ range: Range<Int>, numeric: Bool) -> Bool {
        guard let parts = parts(text, range, by: ASCII.dot, max: 64) else { return false }
        return parts.allSatisfy { part in
            guard all(text, part, { isAlphanumeric($0) || $0 == ASCII.minus }) else { return false }
            return !numeric || !all(text, part, isDigit) || isSemVerNumber(text, part)
        }
    }

    private static func isSemVerNumber(_ text: RawSpan, _ range: Range<Int>) -> Bool {
        all(text, range, isDigit) && (range.count == 1 || text.byte(range.lowerBound) != ASCII.zero)
    }
}
