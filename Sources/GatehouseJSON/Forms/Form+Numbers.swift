extension Form {
    /// Decimal text: a sign, digits, and a fraction; no exponent.
    static func isNumeric(_ text: RawSpan) -> Bool { isNumeric(text, 0..<text.byteCount) }

    static func isNumeric(_ text: RawSpan, _ range: Range<Int>) -> Bool {
        var start = range.lowerBound
        if start < range.upperBound, text.byte(start) == ASCII.minus || text.byte(start) == ASCII.plus { start &+= 1 }
        guard let parts = parts(text, start..<range.upperBound, by: ASCII.dot, max: 2) else { return false }
        return parts.allSatisfy { all(text, $0, isDigit) }
    }

    /// Decimal degrees within a bound on either side of zero.
    static func isDegrees(_ text: RawSpan, _ range: Range<Int>, bound: Double) -> Bool {
        guard range.count <= 24, isNumeric(text, range), let value = Double(String(copying: text.extracting(range))) else { return false }
        return value.magnitude <= bound
    }

    /// Latitude, comma, longitude.
    static func isLatLong(_ text: RawSpan) -> Bool {
        guard let comma = first(ASCII.comma, text) else { return false }
        var second = comma &+ 1
        if second < text.byteCount, text.byte(second) == ASCII.space { second &+= 1 }
        return isDegrees(text, 0..<comma, bound: 90) && isDegrees(text, second..<text.byteCount, bound: 180)
    }

    /// Lengths and the kinds of characters of a password.
    static func isStrongPassword(_ text: RawSpan, minLength: Int, lower: Int, upper: Int, digits: Int, symbols: Int) -> Bool {
        var counts = (lower: 0, upper: 0, digits: 0, symbols: 0)
        for i in 0..<text.byteCount {
            let byte = text.byte(i)
            if isLower(byte) {
                counts.lower &+= 1
            } else if isUpper(byte) {
                counts.upper &+= 1
            } else if isDigit(byte) {
                counts.digits &+= 1
            } else if byte & 0xC0 != 0x80 {
                counts.symbols &+= 1
            }
        }
        return text.scalarCount >= minLength && counts.lower >= lower && counts.upper >= upper && counts.digits >= digits
            && counts.symbols >= symbols
    }
}
