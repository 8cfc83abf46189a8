/// A sortable 128-bit identifier: 48 bits of milliseconds since 1970 and 80 random bits, written as 26 letters of Crockford's base 32.
///
/// Gatehouse names decisions, requests and process starts with it. It is an identifier, not a secret.
public struct ULID: Sendable, Hashable, Comparable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Milliseconds since 1970 (UTC) when it was made.
    public var milliseconds: UInt64 { high >> 16 }

    private static let letters = [UInt8]("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// The 26-letter text, upper case.
    public var description: String {
        var out: [UInt8] = []
        append(to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    func append(to out: inout [UInt8]) {
        // 26 letters hold 130 bits: the first carries only the upper three of the 128. Built in place, as every record has two of them.
        var buffer = InlineArray<26, UInt8>(repeating: 0)
        var (high, low) = (high, low)
        for index in stride(from: 25, through: 0, by: -1) {
            buffer[index] = Self.letter(low & 0x1F)
            low = low >> 5 | high << 59
            high >>= 5
        }
        unsafe buffer.span.withUnsafeBufferPointer { unsafe out.append(contentsOf: $0) }
    }

    /// Crockford's alphabet leaves out I, L, O and U.
    private static func letter(_ five: UInt64) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: five)
        return switch value {
        case 0..<10: 48 &+ value
        case 10..<18: 55 &+ value
        case 18..<20: 56 &+ value
        case 20..<22: 57 &+ value
        case 22..<27: 58 &+ value
        default: 59 &+ value
        }
    }

    /// Reads exactly 26 letters, upper or lower case, without Crockford's look-alikes. `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var count = 0
        for byte in text.utf8 {
            count += 1
            let upper = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte & 0xDF : byte
            guard count <= 26, let value = Self.letters.firstIndex(of: upper) else { return nil }
            guard count > 1 || value < 8 else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(value)
        }
        guard count == 26 else { return nil }
        self.init(high: high, low: low)
    }

    /// The identifier that many places behind this one, for parts of what this one names.
    package func advanced(by count: UInt64) -> ULID {
        let (low, carry) = self.low.addingReportingOverflow(count)
        return ULID(high: carry ? high &+ 1 : high, low: low)
    }

    /// Orders by time, then by the random part.
    public static func < (left: ULID, right: ULID) -> Bool { (left.high, left.low) < (right.high, right.low) }
}
