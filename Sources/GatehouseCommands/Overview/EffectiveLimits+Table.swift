import Gatehouse
import GatehouseJSON
import GatehousePolicy

/// The limits as people read them.
extension EffectiveLimits {
    var table: TextTable {
        var table = TextTable("LIMIT", "VALUE", "FROM")
        for row in rows { table.add(row.name, row.value.text, row.source) }
        return table
    }

    func print(json isJSON: Bool) throws(CommandFailure) {
        if isJSON { try Console.line(TerminalText.safeJSON(json.serialized)) } else { try table.print() }
    }
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
}
