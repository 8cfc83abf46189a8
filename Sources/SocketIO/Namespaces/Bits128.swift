/// 128 bits, and their text: 22 characters of base64url.
package struct Bits128: Sendable, Hashable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// From the system's random source.
    package static func random() -> Bits128 {
        var generator = SystemRandomNumberGenerator()
        return Bits128(high: generator.next(), low: generator.next())
    }

    /// - Returns: `nil` if the text is not 22 characters of base64url as ``description`` writes them.
    package init?(_ text: some StringProtocol) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var count = 0
        for byte in text.utf8 {
            guard count < 22, let digit = Self.value(of: byte) else { return nil }
            // 21 digits of 6 bits and one of 2 make 128 bits.
            let bits: UInt64 = count == 21 ? 2 : 6
            guard digit < 1 << bits else { return nil }
            high = high << bits | low >> (64 - bits)
            low = low << bits | UInt64(digit)
            count += 1
        }
        guard count == 22 else { return nil }
        self.high = high
        self.low = low
    }

    /// 22 characters of base64url.
    package var description: String {
        unsafe String(unsafeUninitializedCapacity: 22) { target in
            var high = high
            var low = low
            for index in stride(from: 21, through: 0, by: -1) {
                let bits: UInt64 = index == 21 ? 2 : 6
                unsafe target[index] = Self.character(of: UInt8(truncatingIfNeeded: low & (1 << bits - 1)))
                low = low >> bits | high << (64 - bits)
                high >>= bits
            }
            return 22
        }
    }

    private static func character(of digit: UInt8) -> UInt8 {
        switch digit {
        case 0..<26: UInt8(ascii: "A") + digit
        case 26..<52: UInt8(ascii: "a") + digit - 26
        case 52..<62: UInt8(ascii: "0") + digit - 52
        case 62: UInt8(ascii: "-")
        default: UInt8(ascii: "_")
        }
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
