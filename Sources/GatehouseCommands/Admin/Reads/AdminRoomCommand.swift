import ArgumentParser
import GatehouseJSON

/// `gatehouse admin room`
struct AdminRoomCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "room",
        abstract: "Show who is in a room, and what holds for it.",
        discussion: """
            Example:
              \(Program.name) admin room /chat lobby:tea

            Exit codes: 0 shown, 1 refused by the server (its code and message are shown) or not reached, 2 errors in files.
            """
    )

    @Argument(help: ArgumentHelp("The namespace.", valueName: "namespace"))
    var ns: String

    @Argument(help: ArgumentHelp("The room.", valueName: "room"))
    var room: String

    @Option(help: ArgumentHelp("How many members at most, up to 200.", valueName: "count"))
    var limit = 50

    @Option(help: ArgumentHelp("Where the page before ended.", valueName: "cursor"))
    var cursor: String?

    @OptionGroup var admin: AdminOptions

    func validate() throws {
        guard (1...200).contains(limit) else { throw ValidationError("--limit is 1 to 200.") }
    }

    func run() async throws {
        var payload: JSONObject = ["ns": .string(ns), "room": .string(room), "limit": .integer(Int64(limit))]
        payload["cursor"] = cursor.map { .string($0) }
        let answer = try await admin.ask("room.get", payload)
        try admin.show(answer) { () throws(CommandFailure) in
            try Console.line(
                TerminalText.safe(
                    "\(room) in \(ns): \(answer["count"]?.serialized ?? "0") members, lock \(AdminText.lock(answer["lock"])), "
                        + "slow \(AdminText.slow(answer["slow"]))"))
            let table = Self.table(answer)
            if !table.isEmpty { try table.print() }
            if let cursor = answer["cursor"]?.stringValue { try Console.line("more: --cursor \(TerminalText.safe(cursor))") }
        }
    }

    static func table(_ answer: JSONValue) -> TextTable {
        var table = TextTable("SESSION", "USER", "MUTED")
        for member in answer["members"]?.arrayValue ?? [] {
            table.add(
                member["sid_ref"]?.stringValue ?? "-", AdminText.user(member["user"]) ?? "-", member["muted"] == true ? "yes" : "-")
        }
        return table
    }
}
