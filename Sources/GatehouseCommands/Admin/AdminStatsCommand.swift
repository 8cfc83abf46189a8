import ArgumentParser
import GatehouseJSON

/// `gatehouse admin stats`
struct AdminStatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show what the server counts.",
        discussion: """
            Example:
              \(Program.name) admin stats --json

            Exit codes: 0 shown, 1 refused by the server (its code and message are shown) or not reached, 2 errors in files.
            """
    )

    @OptionGroup var admin: AdminOptions

    func run() async throws {
        let answer = try await admin.ask("stats", [:])
        try admin.show(answer) { () throws(CommandFailure) in try Self.table(answer).print() }
    }

    /// One row for each number; members of objects are named with a dot.
    static func table(_ answer: JSONValue) -> TextTable {
        var table = TextTable("WHAT", "VALUE")
        for (key, value) in answer.objectValue?.members ?? [] {
            guard case .object(let parts) = value else {
                table.add(key, text(value))
                continue
            }
            for part in parts.members { table.add("\(key).\(part.key)", text(part.value)) }
        }
        return table
    }

    private static func text(_ value: JSONValue) -> String { value.stringValue ?? value.serialized }
}
