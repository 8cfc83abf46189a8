/// Values of scanned numbers.
enum Decimal {
    /// The value of an integer's digits, or nil where `Int64` cannot hold it.
    @inline(__always) static func integer(_ bytes: RawSpan, _ range: Range<Int>) -> Int64? {
        guard !range.isEmpty, bytes.byte(range.lowerBound) == ASCII.minus else {
            return unsigned(bytes, range).flatMap { Int64(exactly: $0) }
        }
        guard let magnitude = unsigned(bytes, range.lowerBound &+ 1..<range.upperBound) else { return nil }
        return magnitude == Int64.min.magnitude ? .min : Int64(exactly: magnitude).map { 0 &- $0 }
    }

    /// The value of digits, or nil where `UInt64` cannot hold it or anything but digits is met.
    @inline(__always) static func unsigned(_ bytes: RawSpan, _ range: Range<Int>) -> UInt64? {
        guard !range.isEmpty else { return nil }
        var value: UInt64 = 0
        var i = range.lowerBound
        while i < range.upperBound {
            let digit = bytes.byte(i) &- ASCII.zero
            guard digit < 10 else { return nil }
            // Nineteen digits always fit; only longer ones pay for the checks.
            if i &- range.lowerBound < 19 {
                value = value &* 10 &+ UInt64(digit)
            } else {
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
                guard !overflow && !carry else { return nil }
                value = sum
            }
            i &+= 1
        }
        return value
    }

    /// The nearest double of a number of the JSON grammar, or nil where that is infinite.
    static func double(_ bytes: RawSpan, _ range: Range<Int>) -> Double? {
        if let exact = exactDouble(bytes, range) { return exact }
        let text = unsafe bytes.extracting(range).withUnsafeBytes { raw in unsafe String(decoding: raw, as: UTF8.self) }
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// A significand below 2^53 and a power of ten up to 22 are both exact doubles, so that one operation rounds correctly (Clinger).
    private static func exactDouble(_ bytes: RawSpan, _ range: Range<Int>) -> Double? {
        var i = range.lowerBound
        let isNegative = i < range.upperBound && bytes.byte(i) == ASCII.minus
        if isNegative { i &+= 1 }
        var significand: UInt64 = 0
        var exponent = 0
        var hasDot = false
        while i < range.upperBound {
            let byte = bytes.byte(i)
            if ASCII.isDigit(byte) {
                significand = significand &* 10 &+ UInt64(byte &- ASCII.zero)
                guard significand < 1 &<< 53 else { return nil }
                if hasDot { exponent &-= 1 }
            } else if byte == ASCII.dot {
                hasDot = true
            } else {
                break
            }
            i &+= 1
        }
        if i < range.upperBound {
            i &+= 1
            let isBelowOne = i < range.upperBound && bytes.byte(i) == ASCII.minus
            if i < range.upperBound && !ASCII.isDigit(bytes.byte(i)) { i &+= 1 }
            guard let written = unsigned(bytes, i..<range.upperBound), written <= 400 else { return nil }
            exponent = isBelowOne ? exponent &- Int(written) : exponent &+ Int(written)
        }
        guard exponent.magnitude < powers.count else { return nil }
        let power = powers[Int(exponent.magnitude)]
        let value = exponent < 0 ? Double(significand) / power : Double(significand) * power
        return isNegative ? -value : value
    }
}
