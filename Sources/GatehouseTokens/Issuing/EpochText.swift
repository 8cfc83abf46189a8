/// Times in words, for people who read a token. Pure arithmetic: no locale and no time zone but UTC.
enum EpochText {
    /// `2027-01-15T08:00:00Z`; nil outside the years 1970 to 9999.
    static func utc(_ seconds: Double) -> String? {
        guard seconds >= 0, seconds < 253_402_300_800, let whole = Int(exactly: seconds.rounded(.down)) else { return nil }
        let (year, month, day) = date(daysSinceEpoch: whole / 86_400)
        let clock = whole % 86_400
        let time = [clock / 3600, clock / 60 % 60, clock % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(time)Z"
    }

    /// `in 4 min 10 s`, `2 d 3 h ago`, `now`: the two largest units.
    static func distance(from now: Double, to time: Double) -> String? {
        guard let difference = Int64(exactly: (time - now).rounded()) else { return nil }
        guard difference != 0 else { return "now" }
        var rest = difference.magnitude
        var parts: [String] = []
        for (size, unit) in [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")] as [(UInt64, String)] {
            if rest >= size, parts.count < 2 { parts.append("\(rest / size) \(unit)") }
            rest %= size
        }
        let text = parts.joined(separator: " ")
        return difference > 0 ? "in \(text)" : "\(text) ago"
    }

    /// The civil date, counted in eras of 400 years from 1 March, so that the leap day is the last of its year.
    private static func date(daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
        let days = daysSinceEpoch + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
