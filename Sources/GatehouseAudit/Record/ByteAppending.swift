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
        // 20 digits are the most that 64 bits need.
        var buffer = InlineArray<20, UInt8>(repeating: 0)
        var index = 20
        var rest = value
        repeat {
            index &-= 1
            buffer[index] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        unsafe buffer.span.extracting(droppingFirst: index).withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
