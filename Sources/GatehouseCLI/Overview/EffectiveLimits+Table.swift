import Gatehouse
import GatehouseJSON
import GatehousePolicy

/// The limits as people read them, and as programs do: sizes in bytes, names that end in `_ms` in milliseconds, rates as policies write
/// them, `null` where there is no limit.
extension EffectiveLimits {
    var table: TextTable {
        var table = TextTable("LIMIT", "VALUE", "FROM")
        for row in rows { table.add(row.name, row.value.text, row.source) }
        return table
    }

    var json: JSONValue { .object(JSONObject(members: rows.map { ($0.name, $0.value.json) })) }
}

extension EffectiveLimits.Value {
    fileprivate var text: String {
        switch self {
        case .count(let count): String(count)
        case .bytes(let bytes): ByteCount.text(Int64(bytes))
        case .span(let milliseconds): TimeSpan.text(milliseconds &* 1_000_000)
        case .rate(let rate): rate.description
        case .within(let count, let window): "\(count) in \(TimeSpan.text(window))"
        case .none: "none"
        }
    }

    fileprivate var json: JSONValue {
        switch self {
        case .count(let count), .bytes(let count), .within(let count, _): .integer(Int64(count))
        case .span(let milliseconds): .integer(milliseconds)
        case .rate(let rate): .string(rate.description)
        case .none: .null
        }
    }
}
