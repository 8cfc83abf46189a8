import GatehouseJSON

/// Parts of answers of `/admin` as people read them. What comes from there must still be made safe for a terminal.
enum AdminText {
    /// A user as issuer and subject.
    static func user(_ value: JSONValue?) -> String? {
        guard let sub = value?["sub"]?.stringValue else { return nil }
        return value?["iss"]?.stringValue.map { "\(sub) (\($0))" } ?? sub
    }

    static func words(_ value: JSONValue?) -> String { (value?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: " ") }

    /// `read_only`, and until when.
    static func lock(_ value: JSONValue?) -> String {
        guard let mode = value?["mode"]?.stringValue else { return "-" }
        return mode + until(value)
    }

    static func slow(_ value: JSONValue?) -> String {
        guard let seconds = value?["interval_s"]?.integerValue else { return "-" }
        return "\(seconds)s" + until(value)
    }

    private static func until(_ value: JSONValue?) -> String {
        value?["until"]?.integerValue.map { " until " + WallTime.text(seconds: $0 / 1_000) } ?? ""
    }
}
