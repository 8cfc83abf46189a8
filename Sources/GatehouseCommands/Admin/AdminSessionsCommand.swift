import ArgumentParser
import GatehouseJSON

/// `gatehouse admin sessions`
struct AdminSessionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "List who is connected.",
        discussion: """
            Example:
              \(Program.name) admin sessions --ns /chat

            Exit codes: 0 listed, 1 refused by the server (its code and message are shown) or not reached, 2 errors in files.
            """
    )

    @Option(help: ArgumentHelp("Only in this namespace.", valueName: "namespace"))
    var ns: String?

    @Option(help: ArgumentHelp("Only in this room.", valueName: "room"))
    var room: String?

    @Option(help: ArgumentHelp("Only this subject.", valueName: "subject"))
    var user: String?

    @Option(help: ArgumentHelp("The iss of --user. Default: that of the issuer of --issuer.", valueName: "iss"))
    var iss: String?

    @Option(help: ArgumentHelp("Only from this address.", valueName: "address"))
    var ip: String?

    @Option(help: ArgumentHelp("How many at most, up to 200.", valueName: "count"))
    var limit = 50

    @Option(help: ArgumentHelp("Where the page before ended.", valueName: "cursor"))
    var cursor: String?

    @OptionGroup var admin: AdminOptions

    func validate() throws {
        guard (1...200).contains(limit) else { throw ValidationError("--limit is 1 to 200.") }
    }

    func run() async throws {
        var payload: JSONObject = ["limit": .integer(Int64(limit))]
        for (name, value) in [("ns", ns), ("room", room), ("ip", ip), ("cursor", cursor)] { payload[name] = value.map { .string($0) } }
        if let user { payload["user"] = try AdminTarget.user(user, iss: iss, admin.source) }
        let answer = try await admin.ask("session.list", payload)
        try admin.show(answer) { () throws(CommandFailure) in
            let table = SessionTable.table(answer)
            if table.isEmpty { try Console.line("nobody is connected") } else { try table.print() }
            if let cursor = answer["cursor"]?.stringValue { try Console.line("more: --cursor \(TerminalText.safe(cursor))") }
        }
    }
}
