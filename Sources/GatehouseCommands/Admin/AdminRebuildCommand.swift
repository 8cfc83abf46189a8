import ArgumentParser
import Gatehouse
import GatehouseAudit
import GatehouseModeration

/// `gatehouse admin rebuild`
struct AdminRebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Make the moderation store anew from the audit log, after its loss. No server is asked.",
        discussion: """
            The log is verified first. Bans, mutes, locks, revocations, notes, reports, what waits for approval and the acts themselves are as \
            they were. Stop the server first. Not rebuilt: the revocation of one token by its jti, which the log has only as a hash; whom the server remembers as staff.

            Example:
              \(Program.name) admin rebuild --from-audit var/audit --into var/moderation.sqlite

            Exit codes: 0 rebuilt, 1 refused: the file is there, or the log is not whole, 2 errors in files.
            """
    )

    @Option(help: ArgumentHelp("The directory of the audit log.", valueName: "dir"))
    var fromAudit: String

    @Option(help: ArgumentHelp("The file to make. One that is there is never overwritten.", valueName: "file"))
    var into: String

    @Option(help: ArgumentHelp("A file with the public key, name+id+base64, that checkpoints are signed with.", valueName: "file"))
    var key: String?

    func run() async throws {
        let report: ModerationRebuild.Report
        do {
            let key = try key.map { try AuditVerifierKey(InputFile.trusted(at: $0, failing: .badFiles).trimmed) }
            report = try await ModerationRebuild(
                fromAudit: fromAudit, key: key, into: into, now: WallTime.seconds * 1_000
            ).run()
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure(.refused, "nothing was rebuilt: \(ErrorText.of(error))")
        }
        for line in Self.text(report, into) { try Console.line(TerminalText.safe(line)) }
    }

    static func text(_ report: ModerationRebuild.Report, _ path: String) -> [String] {
        var lines = [
            "\(path): \(report.acts) acts, \(report.reports) reports and \(report.approvals) waiting approvals, from \(report.records) records"
        ]
        if report.lostTokens > 0 {
            lines.append(
                "NOT rebuilt: \(report.lostTokens) revocations by jti, which the log has only as a hash: these tokens are good again. "
                    + "Revoke the tokens of their users (token.revoke with user), or all of the issuer (token.revoke_all)")
        }
        if report.lostAnswers > 0 {
            lines.append("note: a repeat of \(report.lostAnswers) requests is made again, instead of getting its first answer")
        }
        lines.append("note: staff who are not connected have no rank until they come")
        return lines + report.notes.map { "note: \($0)" }
    }
}
