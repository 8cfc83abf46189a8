extension [UInt8] {
    mutating func append(literal: StaticString) {
        literal.withUTF8Buffer { buffer in unsafe append(contentsOf: buffer) }
    }

    mutating func append(text: String) {
        append(contentsOf: text.utf8)
    }

    mutating func append(decimal value: some BinaryInteger) {
        if value < 0 {
            append(UInt8(ascii: "-"))
            append(unsigned: UInt64(clamping: value.magnitude))
        } else {
            append(unsigned: UInt64(clamping: value))
        }
    }

    mutating func append(unsigned value: UInt64) {
        var rest = value
        var digits = 1
        while rest >= 10 {
            rest /= 10
            digits &+= 1
        }
        let start = count
        for _ in 0..<digits { append(0x30) }
        rest = value
        var index = start &+ digits
        while index > start {
            index &-= 1
            self[index] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// `value` in decimal with leading zeros to `width` digits; higher digits are cut.
    mutating func append(_ value: Int64, width: Int) {
        var divisor: Int64 = 1
        for _ in 1..<width { divisor &*= 10 }
        var rest = value
        for _ in 0..<width {
            append(0x30 &+ UInt8(truncatingIfNeeded: rest / divisor % 10))
            rest %= divisor
            divisor = Swift.max(divisor / 10, 1)
        }
    }
}
