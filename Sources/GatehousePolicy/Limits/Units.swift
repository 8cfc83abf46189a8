/// Whole numbers as policies write them: digits only, no leading zero, no `_`.
package enum WholeNumber {
    package static func parse(_ text: some StringProtocol) -> Int64? {
        let digits = text.utf8
        guard (1...15).contains(digits.count), digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            digits.count == 1 || digits.first != UInt8(ascii: "0")
        else { return nil }
        return Int64(text)
    }

    /// Splits digits from the unit after them.
    static func split(_ text: some StringProtocol) -> (Int64, String)? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let value = parse(digits) else { return nil }
        return (value, String(text.dropFirst(digits.count)))
    }
}

/// Sizes with their unit (POL-21): `512B`, `64KiB`, `2MiB`, `1GiB`.
package enum ByteCount {
    private static let units: [(String, Int64)] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)]

    package static func parse(_ text: some StringProtocol) -> Int64? {
        guard let (value, unit) = WholeNumber.split(text), let factor = units.first(where: { $0.0 == unit })?.1 else { return nil }
        let (bytes, overflow) = value.multipliedReportingOverflow(by: factor)
        return overflow || bytes > 1 << 42 ? nil : bytes
    }

    package static func text(_ bytes: Int64) -> String {
        for (name, factor) in units where bytes >= factor && bytes % factor == 0 { return "\(bytes / factor)\(name)" }
        return "\(bytes)B"
    }
}

/// Spans of time with their unit (POL-21): `250ms`, `30s`, `15m`, `12h`, `28d`. In nanoseconds.
package enum TimeSpan {
    private static let units: [(String, Int64)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
    ]

    package static func parse(_ text: some StringProtocol) -> Int64? {
        guard let (value, unit) = WholeNumber.split(text), let factor = units.first(where: { $0.0 == unit })?.1 else { return nil }
        let (span, overflow) = value.multipliedReportingOverflow(by: factor)
        return overflow || span > 366 * 86_400_000_000_000 ? nil : span
    }

    package static func text(_ nanoseconds: Int64) -> String {
        if nanoseconds == 0 { return "0s" }
        for (name, factor) in units where nanoseconds >= factor && nanoseconds % factor == 0 { return "\(nanoseconds / factor)\(name)" }
        return "\(nanoseconds)ns"
    }
}
