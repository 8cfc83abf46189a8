internal import GatehouseJSON

extension AuditEntry {
    /// One line for people, safe for a terminal whatever the file holds: what could move a cursor or turn text round is shown as `\u{…}`.
    ///
    /// `2026-11-22T20:27:35.123456Z 184467 warning msg.denied denied actor=corp/u1 ip=203.0.113.9 …`
    package var summary: String {
        var parts = [timestamp, String(seq), severity, event, outcome].map(Self.harmless)
        if let subject = text("actor/sub") {
            parts.append("actor=" + Self.word((text("actor/iss").map { $0 + "/" } ?? "") + subject))
        }
        if let ip = text("actor/ip") { parts.append("ip=" + Self.word(ip)) }
        if case .object(let target)? = object["target"] {
            for (key, value) in target.members { parts.append(Self.pair(key, value)) }
        }
        for key in ["rule", "reason", "id"] {
            if let value = value("decision/\(key)") { parts.append(Self.pair(key, value)) }
        }
        if case .object(let detail)? = object["detail"] {
            for (key, value) in detail.members { parts.append(Self.pair(key, value)) }
        }
        if case .integer(let count)? = object["count"], count != 1 { parts.append("count=\(count)") }
        return parts.joined(separator: " ")
    }

    private static func pair(_ key: String, _ value: JSONValue) -> String {
        if case .string(let text) = value { return word(key) + "=" + word(text) }
        return word(key) + "=" + harmless(value.serialized)
    }

    /// Quoted when a reader could take it for more than one word.
    private static func word(_ text: String) -> String {
        let safe = harmless(text)
        return safe.contains { $0 == " " || $0 == "=" || $0 == "\"" } || safe.isEmpty
            ? "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"") + "\"" : safe
    }

    private static func harmless(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: AuditText.isHarmful) else { return text }
        var safe = ""
        for scalar in text.unicodeScalars {
            if AuditText.isHarmful(scalar) {
                safe += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }
}
