package import GatehouseJSON
import GatehousePolicy

extension EffectiveLimits {
    /// For programs: sizes in bytes, names that end in `_ms` in milliseconds, rates as policies write them, `null` where there is no limit.
    package var json: JSONValue { .object(JSONObject(members: rows.map { ($0.name, $0.value.json) })) }
}

extension EffectiveLimits.Value {
    fileprivate var json: JSONValue {
        switch self {
        case .count(let count), .bytes(let count), .within(let count, _): .integer(Int64(count))
        case .span(let milliseconds): .integer(milliseconds)
        case .rate(let rate): .string(rate.description)
        case .none: .null
        }
    }
}
