internal import GatehouseJSON

/// Seconds since the epoch (RFC 7519, section 2): an integer or a fraction, within the years a clock can show. A string is no date.
enum NumericDate {
    /// From the epoch to the end of the year 9999.
    private static let range = 0.0..<253_402_300_800.0

    static func seconds(_ value: JSONValue) -> Double? {
        let seconds: Double
        switch value {
        case .integer(let whole): seconds = Double(whole)
        case .number(let fraction): seconds = fraction
        default: return nil
        }
        return range.contains(seconds) ? seconds : nil
    }
}
