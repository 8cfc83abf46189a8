import ArgumentParser
import GatehouseAudit
import GatehouseJSON

/// `gatehouse admin audit query`
struct AdminAuditQueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Show the records that a question picks out.",
        discussion: """
            Times are UTC as in the log, or the beginning of one: 2026-11-22, 2026-11-22T20. --from is included, --to is not.

            Example:
              \(Program.name) admin audit query --actor alice --from 2026-11-22 --json

            Exit codes: 0 read (whether or not a record fits), 1 refused by the server (its code and message are shown) or not reached, \
            2 errors in files, or lines of the log that are no records.
            """
    )

    @OptionGroup var wanted: AuditFilterOptions

    @Option(help: ArgumentHelp("The first time that is wanted.", valueName: "time"), transform: AuditTimeArgument.parsed)
    var from: AuditTimeArgument?

    @Option(help: ArgumentHelp("The first time that is not wanted any more.", valueName: "time"), transform: AuditTimeArgument.parsed)
    var to: AuditTimeArgument?

    @Option(help: ArgumentHelp("How many records at most.", valueName: "count"))
    var limit = 200

    @Option(help: ArgumentHelp("Where the records before ended.", valueName: "cursor"))
    var cursor: Int64?

    @OptionGroup var admin: AdminOptions

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is at least 1.") }
        guard cursor ?? 0 >= 0 else { throw ValidationError("--cursor is the number of a record.") }
    }

    func payload(limit: Int, cursor: Int64?) -> JSONObject {
        var payload: JSONObject = ["limit": .integer(Int64(min(limit, 200)))]
        let texts: [(String, String?)] = [
            ("from", from?.prefix), ("to", to?.prefix), ("actor", wanted.actor), ("event", wanted.event), ("decision", wanted.decision),
            ("request", wanted.request), ("room", wanted.room), ("rule", wanted.rule), ("outcome", wanted.outcome),
        ]
        for (name, text) in texts { payload[name] = text.map { .string($0) } }
        payload["cursor"] = cursor.map { .integer($0) }
        return payload
    }

    func run() async throws {
        var (left, next, broken) = (limit, cursor, Int64(0))
        repeat {
            let answer = try await admin.ask("audit.query", payload(limit: left, cursor: next), role: "auditor")
            for record in answer["records"]?.arrayValue ?? [] {
                try Console.line(Self.line(record, json: admin.json))
                left -= 1
            }
            broken += answer["broken"]?.integerValue ?? 0
            next = answer["cursor"]?.integerValue
        } while left > 0 && next != nil
        if let next { Console.complain("more: --cursor \(next)") }
        guard broken == 0 else {
            throw CommandFailure(.badFiles, "\(broken) lines of the log are no records: run `\(Program.name) admin audit verify`")
        }
    }

    static func line(_ record: JSONValue, json: Bool) -> String {
        let text = record.serialized
        guard !json, let entry = AuditEntry(Array(text.utf8)) else { return TerminalText.safeJSON(text) }
        return entry.summary
    }
}
