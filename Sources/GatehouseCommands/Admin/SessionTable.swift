import GatehouseJSON

/// The answer of `session.list` for people.
enum SessionTable {
    static func table(_ answer: JSONValue) -> TextTable {
        var table = TextTable("SESSION", "USER", "NAMESPACES", "ROOMS", "ADDRESS", "TRANSPORT", "SINCE", "TOKEN ENDS")
        for item in answer["items"]?.arrayValue ?? [] {
            table.add(
                item["sid_ref"]?.stringValue ?? "-", item["user"]?["sub"]?.stringValue ?? "-", words(item["ns"]), words(item["rooms"]),
                item["ip"]?.stringValue ?? "-", item["transport"]?.stringValue ?? "-", time(item["since"], perSecond: 1_000),
                time(item["token_exp"], perSecond: 1))
        }
        return table
    }

    private static func words(_ value: JSONValue?) -> String {
        let words = value?.arrayValue?.compactMap(\.stringValue) ?? []
        return words.isEmpty ? "-" : words.joined(separator: " ")
    }

    private static func time(_ value: JSONValue?, perSecond: Int64) -> String {
        value?.integerValue.map { WallTime.text(seconds: $0 / perSecond) } ?? "-"
    }
}
