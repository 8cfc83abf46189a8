import ArgumentParser
import GatehouseAudit
import GatehouseJSON
import GatehouseModeration

/// `gatehouse audit verify`
struct AuditVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Follow the audit log from its first record to its last and say whether it is whole.",
        discussion: """
            Whoever owns the host can rewrite the end of the log; only checkpoints that were kept elsewhere show that (--checkpoints).

            With the logs of several nodes of a cluster each is followed, and each act of staff that reached other nodes must be in the log \
            of the one that made it, and in theirs.

            Examples:
              \(Program.name) audit verify var/audit
              \(Program.name) audit verify var-a/audit var-b/audit

            Exit codes: 0 whole, 1 tampered with (the first bad file:line:seq is named) or an act is missing in one of several logs, 2 a torn last line only, 3 the log, the key or \
            the checkpoints cannot be read.
            """
    )

    @Argument(help: ArgumentHelp("The directory of the log; of several nodes, of each.", valueName: "directory"))
    var directories = ["var/audit"]

    @Option(help: ArgumentHelp("A file with the public key, name+id+base64, that checkpoints are signed with.", valueName: "file"))
    var key: String?

    @Option(help: ArgumentHelp("A file with checkpoints that were kept elsewhere.", valueName: "file"))
    var checkpoints: String?

    @Flag(help: "One JSON object.")
    var json = false

    func validate() throws {
        guard directories.count == 1 || (key == nil && checkpoints == nil) else {
            throw ValidationError("--key and --checkpoints belong to one log: verify each log by itself, then all of them together")
        }
    }

    func run() throws {
        let reports = try failing(.notVerified) {
            let key = try key.map { try AuditVerifierKey(InputFile.trusted(at: $0, failing: .notVerified).trimmed) }
            let external = try external()
            return try directories.map { (directory: $0, report: try AuditVerifier().verify(directory: $0, key: key, external: external)) }
        }
        let worst = reports.map(\.report.verdict).first { $0 == .tampered } ?? reports.map(\.report.verdict).first { $0 != .good } ?? .good
        // What is not whole says nothing about what is missing in it.
        let acts = reports.count > 1 && worst != .tampered ? try failing(.notVerified) { try CrossNodeActs(directories: directories) } : nil
        let lines = json ? [Self.json(reports, acts).serialized].map { TerminalText.safeJSON($0) } : Self.lines(reports, acts)
        for line in lines { try Console.line(line) }
        guard worst == .good else { throw ExitCode(worst.rawValue) }
        guard acts?.findings.isEmpty ?? true else { throw ExitCode(AuditVerifier.Verdict.tampered.rawValue) }
    }

    private static func json(_ reports: [(directory: String, report: AuditVerifier.Report)], _ acts: CrossNodeActs?) -> JSONValue {
        if reports.count == 1, let only = reports.first { return .object(only.report.summary) }
        var object: JSONObject = [
            "logs": .array(
                reports.map { one in
                    var summary = one.report.summary
                    summary["directory"] = .string(one.directory)
                    return .object(summary)
                })
        ]
        if let acts {
            object["acts"] = .integer(Int64(acts.acts))
            object["missing"] = .array(acts.findings.map { .string($0) })
        }
        return .object(object)
    }

    private static func lines(_ reports: [(directory: String, report: AuditVerifier.Report)], _ acts: CrossNodeActs?) -> [String] {
        var lines: [String] = []
        for (directory, report) in reports {
            let text = text(report)
            lines += reports.count == 1 ? text : text.map { "\(directory): \($0)" }
        }
        if let acts {
            let missing = acts.findings.count
            lines.append(missing == 0 ? "acts across nodes: \(acts.acts), each in all logs" : "MISSING: \(missing) acts across nodes")
            lines += acts.findings
        }
        return lines.map { TerminalText.safe($0) }
    }

    private func external() throws -> [SignedCheckpoint] {
        guard let path = checkpoints else { return [] }
        let (notes, broken, rest) = SignedCheckpoint.read(try InputFile.trusted(at: path, failing: .notVerified))
        guard broken == 0, rest.trimmed.isEmpty else {
            throw CommandFailure(.notVerified, "\(path) holds \(max(broken, 1)) notes that cannot be read")
        }
        return notes
    }

    static func text(_ report: AuditVerifier.Report) -> [String] {
        let extent = "\(report.records) records in \(report.files) files, \(report.checkpoints) checkpoints confirmed"
        let verdict =
            switch report.verdict {
            case .good: "whole: \(extent)"
            case .tampered: "TAMPERED: \(report.finding?.description ?? "")"
            case .tornTail: "torn tail: \(report.finding?.description ?? ""); \(report.records) records before it are whole"
            }
        var lines = [verdict]
        if report.abandonedLines > 0 { lines.append("note: \(report.abandonedLines) lines of a failed write come again in the next file") }
        return lines + report.notes.map { "note: \($0)" }
    }
}
