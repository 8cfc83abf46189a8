import ArgumentParser
import GatehouseAudit
import GatehouseJSON

/// `gatehouse admin announce`
struct AdminAnnounceCommand: AsyncParsableCommand {
    enum Level: String, CaseIterable, ExpressibleByArgument { case info, warning, critical }

    static let configuration = CommandConfiguration(
        commandName: "announce",
        abstract: "Send a text to everybody, to a namespace, or to a room.",
        discussion: """
            Example:
              \(Program.name) admin announce --text "Tea at five" --reason news --ns /chat

            Exit codes: 0 sent, 1 refused by the server (its code and message are shown) or not reached, 2 errors in files.
            """
    )

    @Option(help: ArgumentHelp("The text of the announcement.", valueName: "text"))
    var text: String

    @Option(help: ArgumentHelp("Why; goes into the audit log.", valueName: "text"))
    var reason: String

    @Option(help: ArgumentHelp("Only to this namespace.", valueName: "namespace"))
    var ns: String?

    @Option(help: ArgumentHelp("Only to this room; with --ns.", valueName: "room"))
    var room: String?

    @Option(help: "info, warning or critical.")
    var level = Level.info

    @OptionGroup var dryRun: DryRunOption

    @OptionGroup var admin: AdminOptions

    func validate() throws {
        guard room == nil || ns != nil else { throw ValidationError("--room needs --ns beside it.") }
    }

    func payload(requestID: String) -> JSONObject {
        var payload: JSONObject = [
            "request_id": .string(requestID), "reason": .string(reason), "level": .string(level.rawValue), "text": .string(text),
        ]
        payload["ns"] = ns.map { .string($0) }
        payload["room"] = room.map { .string($0) }
        dryRun.mark(&payload)
        return payload
    }

    func run() async throws {
        let answer = try await admin.ask("announce", payload(requestID: ULIDGenerator.shared.next().description))
        try admin.show(answer) { () throws(CommandFailure) in
            try Console.line(dryRun.line("delivered to", "delivered", of: answer))
        }
    }
}
