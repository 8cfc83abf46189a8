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

    /// Reads what `append` wrote; `nil` for anything else.
    static func microseconds(of text: Span<UInt8>) -> Int64? {
        guard text.count == 27 else { return nil }
        var numbers: [Int64] = []
        var number: Int64 = 0
        for index in 0..<27 {
            let sign = template[index]
            if sign == 48 {
                guard text[index] >= 48, text[index] <= 57 else { return nil }
                number = number * 10 + Int64(text[index] &- 48)
            } else {
                guard text[index] == sign else { return nil }
                numbers.append(number)
                number = 0
            }
        }
        guard numbers.count == 7, (1...12).contains(numbers[1]), (1...31).contains(numbers[2]) else { return nil }
        let seconds = ((days(numbers[0], numbers[1], numbers[2]) * 24 + numbers[3]) * 60 + numbers[4]) * 60 + numbers[5]
        return seconds * 1_000_000 + numbers[6]
    }

    /// The reverse of `civil`.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let (era, yearOfEra) = split(month <= 2 ? year - 1 : year, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
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
