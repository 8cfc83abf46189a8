import ArgumentParser
import GatehouseAudit
import GatehouseJSON

/// `gatehouse admin revoke`, and `gatehouse token revoke`, which is the same.
struct AdminRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke one token, or a user's tokens that were issued before an instant.",
        discussion: """
            The running server is told through its /admin namespace. Sessions on such tokens are closed at once, and the tokens open \
            nothing any more, over restarts too, until their longest lifetime has passed.

            Examples:
              \(Program.name) admin revoke --jti 6Vd1cY0… --reason "stolen laptop"
              \(Program.name) admin revoke --user alice --reason "left the company"
              \(Program.name) token revoke --user alice --issued-before 2026-11-25T12:00:00Z \\
                --reason leak

            Exit codes: 0 revoked, 1 refused by the server (its code and message are shown) or not reached, 2 errors in files.
            """
    )

    @Option(help: ArgumentHelp("The token's jti, as `token inspect` shows it.", valueName: "jti"))
    var jti: String?

    @Option(help: ArgumentHelp("The subject whose tokens are revoked.", valueName: "subject"))
    var user: String?

    @Option(help: ArgumentHelp("The iss of the token or user. Default: that of the issuer of --issuer.", valueName: "iss"))
    var iss: String?

    @Option(
        help: ArgumentHelp(
            "Only tokens issued before this, as 2026-11-25T12:00:00Z or in seconds since 1970; with --user. Default: now.",
            valueName: "time"))
    var issuedBefore: InstantArgument?

    @Option(help: ArgumentHelp("Why; goes into the audit log.", valueName: "text"))
    var reason: String

    @OptionGroup var dryRun: DryRunOption

    @OptionGroup var admin: AdminOptions

    func validate() throws {
        guard (jti == nil) != (user == nil) else { throw ValidationError("Give --jti or --user, and not both.") }
        guard issuedBefore == nil || user != nil else { throw ValidationError("--issued-before needs --user.") }
    }

    func payload(requestID: String) throws(CommandFailure) -> JSONObject {
        var payload: JSONObject = ["request_id": .string(requestID), "reason": .string(reason)]
        if let user { payload["user"] = try AdminTarget.user(user, iss: iss, admin.source) }
        if let jti {
            payload["jti"] = .string(jti)
            payload["iss"] = .string(try AdminTarget.iss(iss, admin.source))
        }
        payload["issued_before"] = issuedBefore.map { .integer($0.seconds) }
        dryRun.mark(&payload)
        return payload
    }

    func run() async throws {
        let answer = try await admin.ask("token.revoke", try payload(requestID: ULIDGenerator.shared.next().description))
        try admin.show(answer) { () throws(CommandFailure) in
            try Console.line(dryRun.line("revoked; closed", "closed", of: answer))
        }
    }
}
