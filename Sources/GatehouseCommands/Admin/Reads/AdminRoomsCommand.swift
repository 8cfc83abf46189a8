import ArgumentParser
import GatehouseJSON

/// `gatehouse admin rooms`
struct AdminRoomsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rooms",
        abstract: "List the rooms that somebody is in, and those that are locked or slowed.",
        discussion: """
            Example:
              \(Program.name) admin rooms --ns /chat

            Exit codes: 0 listed, 1 refused by the server (its code and message are shown) or not reached, 2 errors in files.
            """
    )

    @Option(help: ArgumentHelp("The namespace. Default: each that the server has by name.", valueName: "namespace"))
    var ns: String?

    @Option(help: ArgumentHelp("How many of a namespace at most, up to 200.", valueName: "count"))
    var limit = 50

    @Option(help: ArgumentHelp("Where the page before ended; with --ns.", valueName: "cursor"))
    var cursor: String?

    @OptionGroup var admin: AdminOptions

    func validate() throws {
        guard (1...200).contains(limit) else { throw ValidationError("--limit is 1 to 200.") }
        guard cursor == nil || ns != nil else { throw ValidationError("--cursor needs --ns beside it.") }
    }

    func run() async throws {
        var answers: [(ns: String, answer: JSONValue)] = []
        for name in try await namespaces() {
            var payload: JSONObject = ["ns": .string(name), "limit": .integer(Int64(limit))]
            payload["cursor"] = cursor.map { .string($0) }
            answers.append((name, try await admin.ask("room.list", payload)))
        }
        let all = JSONValue.object(JSONObject(members: answers.map { ($0.ns, $0.answer) }))
        try admin.show(ns.flatMap { all[$0] } ?? all) { () throws(CommandFailure) in
            let table = Self.table(answers)
            if table.isEmpty { try Console.line("nobody is in a room") } else { try table.print() }
            for (name, answer) in answers {
                guard let cursor = answer["cursor"]?.stringValue else { continue }
                try Console.line("more: --ns \(TerminalText.safe(name)) --cursor \(TerminalText.safe(cursor))")
            }
        }
    }

    /// The namespace that was given, or those that `stats` names. A pattern's are not known by name.
    private func namespaces() async throws -> [String] {
        if let ns { return [ns] }
        let names = try await admin.ask("stats", [:])["namespaces"]?.objectValue?.members.map(\.key) ?? []
        return names.filter { !$0.contains("*") }
    }

    static func table(_ answers: [(ns: String, answer: JSONValue)]) -> TextTable {
        var table = TextTable("NAMESPACE", "ROOM", "MEMBERS", "LOCK", "SLOW")
        for (ns, answer) in answers {
            for item in answer["items"]?.arrayValue ?? [] {
                table.add(
                    ns, item["room"]?.stringValue ?? "-", item["members"]?.serialized ?? "-", AdminText.lock(item["lock"]),
                    AdminText.slow(item["slow"]))
            }
        }
        return table
    }
}
