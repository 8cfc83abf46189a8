/// UTC with microseconds, `2026-11-22T20:27:35.123456Z`: 27 characters until the year 9999.
package enum Timestamp {
    static func append(_ microseconds: Int64, to out: inout [UInt8]) {
        // The range that four year digits can say; a clock outside it is written as its edge.
        let clamped = min(max(microseconds, -62_135_596_800_000_000), 253_402_300_799_999_999)
        let (seconds, fraction) = split(clamped, by: 1_000_000)
        let (days, second) = split(seconds, by: 86_400)
        let (year, month, day) = civil(days)
        // Into a fixed buffer and over in one piece: this runs for every record, and a growing array checks itself at every byte.
        var buffer = Self.template
        put(year, 4, at: 0, in: &buffer)
        put(month, 2, at: 5, in: &buffer)
        put(day, 2, at: 8, in: &buffer)
        put(second / 3_600, 2, at: 11, in: &buffer)
        put(second / 60 % 60, 2, at: 14, in: &buffer)
        put(second % 60, 2, at: 17, in: &buffer)
        put(fraction, 6, at: 20, in: &buffer)
        unsafe buffer.span.withUnsafeBufferPointer { unsafe out.append(contentsOf: $0) }
    }

    /// `0000-00-00T00:00:00.000000Z`
    private static let template: InlineArray<27, UInt8> = [
        48, 48, 48, 48, 45, 48, 48, 45, 48, 48, 84, 48, 48, 58, 48, 48, 58, 48, 48, 46, 48, 48, 48, 48, 48, 48, 90,
    ]

    private static func put(_ value: Int64, _ width: Int, at start: Int, in buffer: inout InlineArray<27, UInt8>) {
        var rest = UInt32(truncatingIfNeeded: value)
        var index = start &+ width
        while index > start {
            index &-= 1
            buffer[index] = 48 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    package static func text(_ microseconds: Int64) -> String {
        var out: [UInt8] = []
        append(microseconds, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Floored division.
    private static func split(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient &- 1, remainder &+ divisor) : (quotient, remainder)
    }

    /// Days since 1970 to the Gregorian date, by counting in eras of 400 years that begin on 1 March.
    private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
        let (era, dayOfEra) = split(days &+ 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}
