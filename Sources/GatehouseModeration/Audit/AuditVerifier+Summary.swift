package import Gatehouse
package import GatehouseAudit

extension AuditVerifier.Report {
    /// The report as JSON: the answer of `audit.verify` and of `gatehouse audit verify --json`.
    package var summary: JSONObject {
        let word =
            switch verdict {
            case .good: "good"
            case .tampered: "tampered"
            case .tornTail: "torn_tail"
            }
        var summary: JSONObject = [
            "verdict": .string(word), "records": .integer(Int64(clamping: records)), "files": .integer(Int64(files)),
            "bytes": .integer(Int64(bytes)), "checkpoints": .integer(Int64(checkpoints)), "head": .integer(Int64(clamping: head.seq)),
            "abandoned_lines": .integer(Int64(abandonedLines)), "notes": .array(notes.map { .string($0) }),
        ]
        if let finding {
            summary["finding"] = [
                "file": .string(finding.file), "line": .integer(Int64(finding.line)),
                "seq": finding.seq.map { .integer(Int64(clamping: $0)) } ?? .null, "message": .string(finding.message),
            ]
        }
        return summary
    }

    /// The report on a log that is being written: an unfinished line behind a record that was written after the reading began is the
    /// writer's, and no fault.
    /// - Parameter seq: the last record that was durable when the reading began.
    func ofLiveLog(from seq: UInt64) -> Self {
        guard verdict == .tornTail, head.seq >= seq else { return self }
        var report = self
        (report.verdict, report.finding) = (.good, nil)
        return report
    }
}
