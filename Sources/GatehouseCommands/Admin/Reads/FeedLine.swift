import GatehouseJSON

/// One item of the feed as a line for people, or for programs. Safe for a terminal, whatever it holds.
enum FeedLine {
    /// `2026-11-22T20:27:35Z session joined user=corp/alice ns=/chat …`, after a line of its own for what was lost before.
    static func lines(_ topic: String, _ item: JSONValue) -> [String] {
        var lines: [String] = []
        if let dropped = item["dropped"]?.integerValue {
            lines.append("… \(dropped) items were dropped: the feed was faster than this end")
        }
        let time = item["at"]?.integerValue.map { WallTime.text(seconds: $0 / 1_000) } ?? "-"
        var parts = [time, topic, TerminalText.safe(item["kind"]?.stringValue ?? "-")]
        for (key, value) in item.objectValue?.members.map({ ($0.key, $0.value) }) ?? [] {
            guard !["at", "kind", "dropped"].contains(key) else { continue }
            guard key == "detail", case .object(let more) = value else {
                parts.append(pair(key, value))
                continue
            }
            parts += more.members.map { pair($0.key, $0.value) }
        }
        return lines + [parts.joined(separator: " ")]
    }

    static func json(_ topic: String, _ item: JSONValue) -> String {
        var object: JSONObject = ["topic": .string(topic)]
        for member in item.objectValue?.members ?? [] { object[member.key] = member.value }
        return TerminalText.safeJSON(JSONValue.object(object).serialized)
    }

    private static func pair(_ key: String, _ value: JSONValue) -> String {
        if case .object(let user) = value, let sub = user["sub"]?.stringValue {
            return word(key) + "=" + word((user["iss"]?.stringValue).map { $0 + "/" + sub } ?? sub)
        }
        return word(key) + "=" + word(value.stringValue ?? value.serialized)
    }

    /// Quoted when a reader could take it for more than one word.
    private static func word(_ text: String) -> String {
        let safe = TerminalText.safe(text)
        guard safe.isEmpty || safe.contains(where: { $0 == " " || $0 == "=" || $0 == "\"" }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\\\"") + "\""
    }
}
