import ArgumentParser
import GatehouseAudit
import GatehouseJSON

/// `gatehouse admin audit verify`
struct AdminAuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Let the server follow its audit log from the first record to the last and say whether it is whole.",
        discussion: """
            It takes as long as the log is. Only checkpoints that are kept elsewhere show that the end of a log was rewritten \
            (`\(Program.name) audit verify --checkpoints`).

            Example:
              \(Program.name) admin audit verify

            Exit codes: 0 whole, 1 tampered with, refused by the server or not reached, 2 errors in files, or a torn last line only.
            """
    )

    @OptionGroup var admin: AdminOptions

    func run() async throws {
        let answer = try await admin.ask("audit.verify", [:], role: "auditor", timeout: .seconds(24 * 3_600))
        try admin.show(answer) { () throws(CommandFailure) in
            for line in Self.lines(answer) { try Console.line(TerminalText.safe(line)) }
        }
        switch answer["verdict"]?.stringValue {
        case "good": return
        case "torn_tail": throw ExitCode(AuditVerifier.Verdict.tornTail.rawValue)
        default: throw ExitCode(AuditVerifier.Verdict.tampered.rawValue)
        }
    }

    static func lines(_ answer: JSONValue) -> [String] {
        func number(_ name: String) -> String { answer[name]?.serialized ?? "?" }
        let finding = answer["finding"].map { finding in
            let seq = finding["seq"]?.integerValue.map(String.init) ?? "-"
            return "\(finding["file"]?.stringValue ?? "?"):\(finding["line"]?.serialized ?? "?"):\(seq): "
                + (finding["message"]?.stringValue ?? "")
        }
        let verdict =
            switch answer["verdict"]?.stringValue {
            case "good": "whole: \(number("records")) records in \(number("files")) files, \(number("checkpoints")) checkpoints confirmed"
            case "torn_tail": "torn tail: \(finding ?? ""); \(number("records")) records before it are whole"
            default: "TAMPERED: \(finding ?? "")"
            }
        return [verdict] + (answer["notes"]?.arrayValue ?? []).compactMap { $0.stringValue.map { "note: \($0)" } }
    }
}
