import ArgumentParser

/// An instant on the command line: UTC as `2026-11-25T12:00:00Z`, or seconds since 1970.
struct InstantArgument: ExpressibleByArgument, Sendable, Equatable {
    /// Since 1970.
    let seconds: Int64

    init?(argument: String) {
        guard let seconds = Self.number(argument) ?? Self.utc(argument) else { return nil }
        self.seconds = seconds
    }

    /// Reads UTC only, as `2026-11-25T12:00:00Z`.
    init?(utc text: String) {
        guard let seconds = Self.utc(text) else { return nil }
        self.seconds = seconds
    }

    private static func number(_ text: some StringProtocol) -> Int64? {
        guard !text.isEmpty, text.utf8.count <= 12, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }

    private static func utc(_ text: String) -> Int64? {
        let parts = text.split(omittingEmptySubsequences: false) { "-T:Z".contains($0) }
        let numbers = parts.dropLast().compactMap { number($0) }
        guard parts.count == 7, parts.last?.isEmpty == true, numbers.count == 6 else { return nil }
        let (year, month, day) = (numbers[0], numbers[1], numbers[2])
        guard (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day), numbers[3] < 24, numbers[4] < 60,
            numbers[5] < 60
        else { return nil }
        // Days since 1970, by counting years that begin on 1 March.
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        let instant = days * 86_400 + numbers[3] * 3_600 + numbers[4] * 60 + numbers[5]
        // An invalid date, such as 31 February, or another form does not survive the round trip.
        return WallTime.text(seconds: instant) == text ? instant : nil
    }
}
