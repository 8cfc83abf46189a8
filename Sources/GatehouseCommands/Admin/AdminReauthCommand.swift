import ArgumentParser
import GatehouseAudit
import GatehouseJSON

/// `gatehouse admin reauth`
struct AdminReauthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reauth",
        abstract: "Have a user come with a newer token in time.",
        discussion: """
            The user's sessions are told until when; those that did not refresh by then are closed, and tokens from before open nothing any more.

            Example:
              \(Program.name) admin reauth --user alice --within 2m --reason "roles changed"

            Exit codes: 0 asked, 1 refused by the server (its code and message are shown) or not reached, 2 errors in files.
            """
    )

    @Option(help: ArgumentHelp("The subject.", valueName: "subject"))
    var user: String

    @Option(help: ArgumentHelp("The iss of --user. Default: that of the issuer of --issuer.", valueName: "iss"))
    var iss: String?

    @Option(help: ArgumentHelp("How long the user has, such as 60s or 5m; at most 24h.", valueName: "time"))
    var within: TimeArgument

    @Option(help: ArgumentHelp("Why; goes into the audit log.", valueName: "text"))
    var reason: String

    @OptionGroup var dryRun: DryRunOption

    @OptionGroup var admin: AdminOptions

    func validate() throws {
        guard let seconds = within.seconds, (1...86_400).contains(seconds) else {
            throw ValidationError("--within is whole seconds, 1s to 24h.")
        }
    }

    func payload(requestID: String) throws(CommandFailure) -> JSONObject {
        var payload: JSONObject = [
            "request_id": .string(requestID), "reason": .string(reason), "user": try AdminTarget.user(user, iss: iss, admin.source),
            "within_s": .integer(within.seconds ?? 0),
        ]
        dryRun.mark(&payload)
        return payload
    }

    func run() async throws {
        let answer = try await admin.ask("user.reauth", try payload(requestID: ULIDGenerator.shared.next().description))
        try admin.show(answer) { () throws(CommandFailure) in
            try Console.line(dryRun.line("asked", "asked", of: answer))
        }
    }
}
