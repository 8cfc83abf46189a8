import ArgumentParser

/// An instant of the audit log on the command line: UTC as in the log, or the beginning of one, such as `2026-11-22` or `2026-11-22T20`.
struct AuditTimeArgument: ExpressibleByArgument, Sendable, Equatable {
    /// The text to compare with the log's timestamps.
    let prefix: String

    /// What follows the beginning of a timestamp that is the first instant of a year.
    private static let rest = "0000-01-01T00:00:00Z"

    init?(argument: String) {
        var text = argument
        if text.hasSuffix("Z") { text.removeLast() }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, parts.count <= 2, [4, 7, 10, 13, 16, 19].contains(whole.count) else { return nil }
        guard argument.hasSuffix("Z") || parts.count == 2 ? whole.count == 19 : true else { return nil }
        if parts.count == 2 {
            guard (1...6).contains(parts[1].count), parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
            else {
                return nil
            }
        }
        // The calendar is checked on the instant that it begins with.
        guard InstantArgument(utc: String(whole) + String(Self.rest.dropFirst(whole.count))) != nil else { return nil }
        prefix = text
    }

    /// - Throws: the error of the text, with the accepted forms.
    static func parsed(_ argument: String) throws -> AuditTimeArgument {
        guard let time = AuditTimeArgument(argument: argument) else {
            throw ValidationError(
                "a time is UTC as 2026-11-22T20:27:35Z, or the beginning of one, such as 2026-11-22, 2026-11-22T20 or 2026-11-22T20:27.")
        }
        return time
    }
}
