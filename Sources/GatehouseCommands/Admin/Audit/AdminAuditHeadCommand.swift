import ArgumentParser
import GatehouseJSON

/// `gatehouse admin audit head`
struct AdminAuditHeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "head",
        abstract: "Show the last record that is durable: its number and its hash.",
        discussion: """
            Kept elsewhere, it shows later whether the log up to there is still the same.

            Example:
              \(Program.name) admin audit head --json

            Exit codes: 0 shown, 1 refused by the server (its code and message are shown) or not reached, 2 errors in files.
            """
    )

    @OptionGroup var admin: AdminOptions

    func run() async throws {
        let answer = try await admin.ask("audit.head", [:], role: "auditor")
        try admin.show(answer) { () throws(CommandFailure) in try AdminStatsCommand.table(answer).print() }
    }
}
