/// Dates and times in the forms of ISO 8601 and RFC 3339, on the proleptic Gregorian calendar.
enum DateForm {
    private static func digits(_ text: RawSpan, _ range: Range<Int>) -> Int? {
        guard range.upperBound <= text.byteCount else { return nil }
        return Form.number(text, range, leadingZeros: true)
    }

    /// The day of `YYYY-MM-DD`, counted from 1970-01-01.
    static func day(_ text: RawSpan, _ range: Range<Int>) -> Int? {
        let start = range.lowerBound
        guard range.count == 10, range.upperBound <= text.byteCount, text.byte(start &+ 4) == ASCII.minus,
            text.byte(start &+ 7) == ASCII.minus,
            let year = digits(text, start..<start &+ 4), let month = digits(text, start &+ 5..<start &+ 7),
            let day = digits(text, start &+ 8..<start &+ 10), (1...12).contains(month), day >= 1, day <= length(ofMonth: month, in: year)
        else { return nil }
        return number(ofDay: day, month: month, year: year)
    }

    /// Seconds since midnight of `HH:MM:SS`; a leap second counts as the second before it.
    static func time(_ text: RawSpan, _ range: Range<Int>) -> Int? {
        let start = range.lowerBound
        guard range.count == 8, range.upperBound <= text.byteCount, text.byte(start &+ 2) == ASCII.colon,
            text.byte(start &+ 5) == ASCII.colon,
            let hour = digits(text, start..<start &+ 2), let minute = digits(text, start &+ 3..<start &+ 5),
            let second = digits(text, start &+ 6..<start &+ 8), hour < 24, minute < 60, second <= 60
        else { return nil }
        return hour &* 3_600 &+ minute &* 60 &+ min(second, 59)
    }

    /// Seconds east of UTC of `Z` or `+HH:MM`.
    static func offset(_ text: RawSpan, _ range: Range<Int>) -> Int? {
        if range.count == 1 { return text.byte(range.lowerBound) | 0x20 == 0x7A ? 0 : nil }
        let start = range.lowerBound
        guard range.count == 6, text.byte(start &+ 3) == ASCII.colon, let hour = digits(text, start &+ 1..<start &+ 3),
            let minute = digits(text, start &+ 4..<start &+ 6), hour < 24, minute < 60
        else { return nil }
        let seconds = hour &* 3_600 &+ minute &* 60
        switch text.byte(start) {
        case ASCII.plus: return seconds
        case ASCII.minus: return 0 &- seconds
        default: return nil
        }
    }

    /// `YYYY-MM-DD`, alone or with `T`, `HH:MM` or `HH:MM:SS`, a fraction, and an offset or none.
    static func isISO8601(_ text: RawSpan) -> Bool {
        guard text.byteCount >= 10, text.byteCount <= 64, day(text, 0..<10) != nil else { return false }
        if text.byteCount == 10 { return true }
        guard text.byte(10) == 0x54, text.byteCount >= 16 else { return false }
        var i = 16
        if text.byteCount >= 19, text.byte(16) == ASCII.colon {
            guard time(text, 11..<19) != nil else { return false }
            i = 19
            if i < text.byteCount, text.byte(i) == ASCII.dot || text.byte(i) == ASCII.comma {
                let start = i &+ 1
                i = start
                while i < text.byteCount, ASCII.isDigit(text.byte(i)) { i &+= 1 }
                guard i > start else { return false }
            }
        } else {
            guard text.byte(13) == ASCII.colon, let hour = digits(text, 11..<13), let minute = digits(text, 14..<16), hour < 24, minute < 60
            else { return false }
        }
        return i == text.byteCount || offset(text, i..<text.byteCount) != nil
    }

    private static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01, by counting years from March so that the leap day comes last.
    private static func number(ofDay day: Int, month: Int, year: Int) -> Int {
        let year = month <= 2 ? year &- 1 : year
        let era = (year >= 0 ? year : year &- 399) / 400
        let yearOfEra = year &- era &* 400
        let dayOfYear = (153 &* (month > 2 ? month &- 3 : month &+ 9) &+ 2) / 5 &+ day &- 1
        return era &* 146_097 &+ yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear &- 719_468
    }

    /// The date of a day counted from 1970-01-01.
    static func date(ofDay number: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = number &+ 719_468
        let era = (shifted >= 0 ? shifted : shifted &- 146_096) / 146_097
        let dayOfEra = shifted &- era &* 146_097
        let yearOfEra = (dayOfEra &- dayOfEra / 1_460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
        let shiftedMonth = (5 &* dayOfYear &+ 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth &+ 3 : shiftedMonth &- 9
        let year = yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear &- (153 &* shiftedMonth &+ 2) / 5 &+ 1)
    }

    static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number.magnitude)
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
