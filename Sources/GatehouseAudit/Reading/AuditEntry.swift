internal import GatehouseJSON

/// One record as it was read back.
package struct AuditEntry: Sendable {
    /// The line as it is in the file, without its LF. Not safe for a terminal when the file was tampered with: print `summary`.
    package let line: [UInt8]
    package let seq: UInt64
    let object: JSONObject

    /// `nil` when the line is not a record.
    package init?(_ line: [UInt8]) {
        guard let value = try? JSONValue(parsing: line, limits: JSONLimits()), case .object(let object) = value,
            case .integer(let seq)? = object["seq"], let seq = UInt64(exactly: seq)
        else { return nil }
        self.line = line
        self.seq = seq
        self.object = object
    }

    package var timestamp: String { text("ts") ?? "" }
    package var event: String { text("event") ?? "" }
    package var severity: String { text("sev") ?? "" }
    package var outcome: String { text("outcome") ?? "" }

    /// A text member, `/`-separated path: `text("actor/sub")`.
    package func text(_ path: String) -> String? {
        if case .string(let text)? = value(path) { text } else { nil }
    }

    /// A number of the record.
    package func integer(_ path: String) -> Int64? {
        if case .integer(let number)? = value(path) { number } else { nil }
    }

    /// Whether a member is there and true.
    package func flag(_ path: String) -> Bool { if case .bool(true)? = value(path) { true } else { false } }

    /// When it was written, in milliseconds since 1970.
    package var milliseconds: Int64? { Timestamp.microseconds(of: timestamp.utf8Span.span).map { $0 / 1_000 } }

    func value(_ path: String) -> JSONValue? {
        var current = JSONValue.object(object)
        for part in path.split(separator: "/") {
            guard case .object(let members) = current, let next = members[String(part)] else { return nil }
            current = next
        }
        return current
    }
}
