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

            Example:
              \(Program.name) audit verify var/audit

            Exit codes: 0 whole, 1 tampered with (the first bad file:line:seq is named), 2 a torn last line only, 3 the log, the key or \
            the checkpoints cannot be read.
            """
    )

    @OptionGroup var log: AuditDirectoryArgument

    @Option(help: ArgumentHelp("A file with the public key, name+id+base64, that checkpoints are signed with.", valueName: "file"))
    var key: String?

    @Option(help: ArgumentHelp("A file with checkpoints that were kept elsewhere.", valueName: "file"))
    var checkpoints: String?

    @Flag(help: "One JSON object.")
    var json = false

    func run() throws {
        let report = try failing(.notVerified) {
            let key = try key.map { try AuditVerifierKey(InputFile.trusted(at: $0, failing: .notVerified).trimmed) }
            return try AuditVerifier().verify(directory: log.directory, key: key, external: external())
        }
        let summary = TerminalText.safeJSON(JSONValue.object(report.summary).serialized)
        let lines = json ? [summary] : Self.text(report).map { TerminalText.safe($0) }
        for line in lines { try Console.line(line) }
        guard report.verdict == .good else { throw ExitCode(report.verdict.rawValue) }
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
