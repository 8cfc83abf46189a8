import ArgumentParser
import GatehouseAudit

/// `gatehouse audit redact-check`
struct AuditRedactCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redact-check",
        abstract: "Look for what must never be in the log: tokens, private keys, and secrets of your own.",
        discussion: """
            What is found is never printed, only its place.

            Example:
              \(Program.name) audit redact-check --secrets-file certs/hmac-secrets.txt

            Exit codes: 0 nothing found, 1 something found, 2 the log cannot be read.
            """
    )

    @OptionGroup var log: AuditDirectoryArgument

    @Option(help: ArgumentHelp("A file with secrets to look for, one a line, of 8 bytes or more.", valueName: "file"))
    var secretsFile: String?

    func run() throws {
        let secrets = try secretsFile.map { try InputFile.text(at: $0).split(whereSeparator: \.isNewline).map(String.init) } ?? []
        if let short = secrets.firstIndex(where: { $0.utf8.count < 8 }) {
            throw CommandFailure(.badFiles, "\(secretsFile ?? ""):\(short + 1) has less than 8 bytes, which would be found everywhere")
        }
        let findings = try failing(.badFiles) { try RedactCheck(secrets: secrets).findings(inDirectory: log.directory) }
        for (file, line, finding) in findings {
            try Console.line(TerminalText.safe("\(file):\(line):\(finding.offset): \(finding.kind.rawValue)"))
        }
        guard findings.isEmpty else {
            throw CommandFailure(.refused, "\(findings.count) places hold what must not be in the log")
        }
        try Console.line("nothing found")
    }
}
