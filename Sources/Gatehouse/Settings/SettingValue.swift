import GatehouseJSON
import GatehousePolicy

/// The value of a setting.
package enum SettingValue: Sendable, Hashable {
    case text(String)
    case list([String])
    case toggle(Bool)
    case count(Int)
    /// In bytes.
    case size(Int)
    case duration(Duration)
    /// Not set, and without a default.
    case none

    /// As it is written in a file; elements of a list with commas between them.
    package var text: String {
        switch self {
        case .text(let text): text
        case .list(let texts): texts.isEmpty ? "none" : texts.joined(separator: ", ")
        case .toggle(let isOn): isOn ? "true" : "false"
        case .count(let count): String(count)
        case .size(let bytes): ByteCount.text(Int64(bytes))
        case .duration(let duration): TimeSpan.text(duration.clampedNanoseconds)
        case .none: "none"
        }
    }

    package var json: JSONValue {
        switch self {
        case .list(let texts): .array(texts.map { .string($0) })
        case .toggle(let isOn): .bool(isOn)
        case .count(let count): .integer(Int64(count))
        case .text, .size, .duration: .string(text)
        case .none: .null
        }
    }
}

extension Duration {
    /// Whole nanoseconds, cut to what 64 bits hold.
    fileprivate var clampedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || carried ? (seconds < 0 ? .min : .max) : sum
    }
}
