/// The JSON Schema of a record (AUD-01), made from the same enums that the encoder writes.
package enum AuditSchema {
    private static let ulid = #"{"type":"string","pattern":"^[0-7][0-9A-HJKMNP-TV-Z]{25}$"}"#
    private static let text = #"{"type":"string","maxLength":256}"#
    private static let natural = #"{"type":"integer","minimum":0}"#
    private static let flag = #"{"const":true}"#

    /// Draft 2020-12.
    package static var json: String {
        let actor = object(
            required: [],
            [
                ("iss", text), ("sub", text), ("client", text), ("jti_h", pseudonym), ("sid_h", pseudonym),
                ("roles", #"{"type":"array","maxItems":16,"items":{"type":"string","maxLength":64}}"#),
                ("ip", #"{"type":"string","maxLength":64}"#), ("port", #"{"type":"integer","minimum":0,"maximum":65535}"#),
                ("origin", text), ("transport", #"{"type":"string","maxLength":32}"#),
                ("claims", #"{"type":"object","maxProperties":9,"additionalProperties":true}"#), ("trunc", flag),
            ])
        let target = object(
            required: [],
            [("ns", text), ("event", text), ("room", text), ("iss", text), ("sub", text), ("ref", text), ("trunc", flag)])
        let decision = object(
            required: ["id", "effect", "gen", "mode"],
            [
                ("id", ulid), ("effect", words(AuditDecision.Effect.allCases)), ("rule", text), ("reason", text), ("gen", natural),
                ("mode", words(AuditDecision.Mode.allCases)), ("trunc", flag),
            ])
        let document = #"{"type":"string","maxLength":\#(AuditText.documentLimit)}"#
        let detail =
            #"{"type":"object","properties":{"act":\#(document),"answer":\#(document),"changes":\#(document)},"maxProperties":\#(AuditDetail.limit + 1),"additionalProperties":{"type":["string","integer","boolean"],"maxLength":256}}"#
        return object(
            head: #""$schema":"https://json-schema.org/draft/2020-12/schema","title":"Gatehouse audit record","#,
            required: ["v", "seq", "ts", "mono", "node", "boot", "event", "sev", "outcome", "count", "h"],
            [
                ("v", #"{"const":1}"#), ("seq", #"{"type":"integer","minimum":1}"#),
                ("ts", #"{"type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z$"}"#),
                ("mono", natural), ("node", #"{"type":"string","minLength":1,"maxLength":128}"#), ("boot", ulid),
                ("event", words(AuditEvent.allCases)), ("sev", words(AuditSeverity.allCases)), ("outcome", words(AuditOutcome.allCases)),
                ("actor", actor), ("target", target), ("decision", decision), ("detail", detail),
                ("count", #"{"type":"integer","minimum":1}"#), ("req", ulid),
                ("h", #"{"type":"string","pattern":"^[A-Za-z0-9_-]{43}$"}"#),
            ])
    }

    private static let pseudonym = #"{"type":"string","pattern":"^hmac:([0-9a-f]{32}|unavailable)$"}"#

    private static func words<Word: RawRepresentable<String>>(_ all: [Word]) -> String {
        #"{"enum":["# + all.map { "\"\($0.rawValue)\"" }.joined(separator: ",") + "]}"
    }

    private static func object(head: String = "", required: [String], _ properties: [(name: String, schema: String)]) -> String {
        let members = properties.map { "\"\($0.name)\":\($0.schema)" }.joined(separator: ",")
        let names = required.map { "\"\($0)\"" }.joined(separator: ",")
        return "{" + head + #""type":"object","required":[\#(names)],"properties":{\#(members)},"additionalProperties":false}"#
    }
}
