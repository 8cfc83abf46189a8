/// Writes the body of a record: all members from `ts` to `req`, in the fixed order, without `seq` and `h`, which the writer adds.
struct RecordEncoder: Sendable {
    /// A line is at most this long, its LF not counted (specification: audit, section 1).
    static let lineLimit = 8_192
    /// The same for a record with documents, such as an act of staff.
    static let longLineLimit = 61_440
    /// Room for `{"v":1,"seq":…`, the members after `detail`, and the hash.
    private static let tailReserve = 512

    /// `,"node":"…","boot":"…","event":"`, the same for every record of a process.
    private let middle: [UInt8]

    init(node: String, boot: ULID) {
        var middle: [UInt8] = []
        middle.append(literal: ",\"node\":")
        AuditText.append(node, to: &middle, limit: 128)
        middle.append(literal: ",\"boot\":\"")
        boot.append(to: &middle)
        middle.append(literal: "\",\"event\":\"")
        self.middle = middle
    }

    func append(_ record: AuditRecord, level: AuditLevel, wall: Int64, mono: UInt64, to out: inout [UInt8]) {
        let start = out.count
        out.append(literal: ",\"ts\":\"")
        Timestamp.append(wall, to: &out)
        out.append(literal: "\",\"mono\":")
        out.append(unsigned: mono)
        out.append(contentsOf: middle)
        out.append(text: record.event.rawValue)
        out.append(literal: "\",\"sev\":\"")
        out.append(text: record.severity.rawValue)
        out.append(literal: "\",\"outcome\":\"")
        out.append(text: record.outcome.rawValue)
        out.append(literal: "\"")
        if let actor = record.actor {
            out.append(literal: ",\"actor\":{")
            out.append(contentsOf: level == .full ? actor.membersWithClaims : actor.members)
            out.append(literal: "}")
        }
        if let target = record.target { append(target, to: &out) }
        if let decision = record.decision { append(decision, to: &out) }
        if !record.detail.pairs.isEmpty { append(record.detail, start: start, to: &out) }
        out.append(literal: ",\"count\":")
        // A JSON reader may hold numbers in 64 bits with a sign.
        out.append(unsigned: min(record.count, UInt64(Int64.max)))
        if let request = record.request {
            out.append(literal: ",\"req\":\"")
            request.append(to: &out)
            out.append(literal: "\"")
        }
    }

    private func append(_ target: AuditTarget, to out: inout [UInt8]) {
        var first = true
        var whole = true
        out.append(literal: ",\"target\":{")
        func member(_ name: StaticString, _ value: String?) {
            guard let value else { return }
            if !first { out.append(literal: ",") }
            first = false
            out.append(literal: name)
            whole = AuditText.append(value, to: &out) && whole
        }
        member("\"ns\":", target.namespace)
        member("\"event\":", target.event)
        member("\"room\":", target.room)
        member("\"iss\":", target.issuer)
        member("\"sub\":", target.subject)
        member("\"ref\":", target.reference)
        out.append(literal: whole ? "}" : ",\"trunc\":true}")
    }

    private func append(_ decision: AuditDecision, to out: inout [UInt8]) {
        var whole = true
        out.append(literal: ",\"decision\":{\"id\":\"")
        decision.id.append(to: &out)
        out.append(literal: "\",\"effect\":\"")
        out.append(text: decision.effect.rawValue)
        out.append(literal: "\"")
        if let rule = decision.rule {
            out.append(literal: ",\"rule\":")
            whole = AuditText.append(rule, to: &out)
        }
        if let reason = decision.reason {
            out.append(literal: ",\"reason\":")
            whole = AuditText.append(reason, to: &out) && whole
        }
        out.append(literal: ",\"gen\":")
        out.append(unsigned: min(decision.generation, UInt64(Int64.max)))
        out.append(literal: ",\"mode\":\"")
        out.append(text: decision.mode.rawValue)
        out.append(literal: whole ? "\"}" : "\",\"trunc\":true}")
    }

    /// Pairs that would push the line over its limit are left out, and the detail says so.
    private func append(_ detail: AuditDetail, start: Int, to out: inout [UInt8]) {
        let end = start + (detail.hasDocument ? Self.longLineLimit : Self.lineLimit) - Self.tailReserve
        var whole = !detail.isTruncated
        var first = true
        out.append(literal: ",\"detail\":{")
        for (key, value) in detail.pairs {
            let before = out.count
            if !first { out.append(literal: ",") }
            AuditText.append(key, to: &out, limit: 64)
            out.append(literal: ":")
            switch value {
            case .string(let text): whole = AuditText.append(text, to: &out) && whole
            case .document(let text): whole = AuditText.append(text, to: &out, limit: AuditText.documentLimit) && whole
            case .integer(let number): out.append(decimal: number)
            case .bool(let flag): out.append(literal: flag ? "true" : "false")
            }
            guard out.count <= end else {
                out.removeSubrange(before...)
                whole = false
                break
            }
            first = false
        }
        if !whole { out.append(literal: first ? "\"trunc\":true" : ",\"trunc\":true") }
        out.append(literal: "}")
    }
}
