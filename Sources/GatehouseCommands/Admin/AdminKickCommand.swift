import ArgumentParser
import GatehouseAudit
import GatehouseJSON

/// `gatehouse admin kick`
struct AdminKickCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kick",
        abstract: "Close one session, or all of a user.",
        discussion: """
            Examples:
              \(Program.name) admin kick --user alice --reason "being rude"
              \(Program.name) admin kick --session 01KAPX… --reason rude --rejoin-after 60s

            Exit codes: 0 closed, 1 refused by the server (its code and message are shown) or not reached, 2 errors in files.
            """
    )

    @Option(help: ArgumentHelp("The session, as `admin sessions` names it.", valueName: "reference"))
    var session: String?

    @Option(help: ArgumentHelp("The subject whose sessions are closed.", valueName: "subject"))
    var user: String?

    @Option(help: ArgumentHelp("The iss of --user. Default: that of the issuer of --issuer.", valueName: "iss"))
    var iss: String?

    @Option(
        help: ArgumentHelp(
            "Only sessions of --user that are in this namespace; each is closed whole, in its other namespaces too.",
            valueName: "namespace"))
    var ns: String?

    @Option(help: ArgumentHelp("Why; goes into the audit log.", valueName: "text"))
    var reason: String

    @Option(help: ArgumentHelp("From when on the user may come back, such as 60s.", valueName: "time"))
    var rejoinAfter: TimeArgument?

    @OptionGroup var dryRun: DryRunOption

    @OptionGroup var admin: AdminOptions

    func validate() throws {
        guard (session == nil) != (user == nil) else { throw ValidationError("Give --session or --user, and not both.") }
        guard iss == nil || user != nil else { throw ValidationError("--iss needs --user.") }
        guard ns == nil || user != nil else { throw ValidationError("--ns needs --user.") }
        if let rejoinAfter {
            guard let seconds = rejoinAfter.seconds, seconds > 0 else {
                throw ValidationError("--rejoin-after is whole seconds, at least 1s.")
            }
        }
    }

    func payload(requestID: String) throws(CommandFailure) -> JSONObject {
        var payload: JSONObject = ["request_id": .string(requestID), "reason": .string(reason)]
        payload["sid_ref"] = session.map { .string($0) }
        if let user { payload["user"] = try AdminTarget.user(user, iss: iss, admin.source) }
        payload["ns"] = ns.map { .string($0) }
        payload["rejoin_after_s"] = rejoinAfter?.seconds.map { .integer($0) }
        dryRun.mark(&payload)
        return payload
    }

    func run() async throws {
        let answer = try await admin.ask("session.kick", try payload(requestID: ULIDGenerator.shared.next().description))
        try admin.show(answer) { () throws(CommandFailure) in
            try Console.line(dryRun.line("closed", "closed", of: answer))
        }
    }
}
