import ArgumentParser
import GatehouseJSON

/// `gatehouse admin session`
struct AdminSessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session",
        abstract: "Show all of one session: its namespaces, rooms, mutes and latest refusals.",
        discussion: """
            Example:
              \(Program.name) admin session 01KAPWZQ5V7K2M3N4P5Q6R7S8T

            Exit codes: 0 shown, 1 refused by the server (its code and message are shown) or not reached, 2 errors in files.
            """
    )

    @Argument(help: ArgumentHelp("The session, as `admin sessions` names it.", valueName: "reference"))
    var reference: String

    @OptionGroup var admin: AdminOptions

    func run() async throws {
        let answer = try await admin.ask("session.get", ["sid_ref": .string(reference)])
        try admin.show(answer) { () throws(CommandFailure) in
            for line in Self.lines(answer) { try Console.line(TerminalText.safe(line)) }
            let denials = Self.denials(answer)
            if !denials.isEmpty { try denials.print() }
        }
    }

    static func lines(_ answer: JSONValue) -> [String] {
        var lines: [String] = []
        func add(_ label: String, _ text: String?) { if let text, !text.isEmpty { lines.append("\(label): \(text)") } }
        func time(_ value: JSONValue?, perSecond: Int64) -> String? { value?.integerValue.map { WallTime.text(seconds: $0 / perSecond) } }
        add("session", answer["sid_ref"]?.stringValue)
        add("user", AdminText.user(answer["user"]))
        add("address", answer["ip"]?.stringValue)
        add("transport", answer["transport"]?.stringValue)
        add("since", time(answer["since"], perSecond: 1_000))
        add("waiting bytes", answer["queue_bytes"]?.serialized)
        add("violations", answer["violations"]?.serialized)
        for mute in answer["mutes"]?.arrayValue ?? [] {
            let place = [mute["ns"], mute["room"]].compactMap { $0?.stringValue }.joined(separator: " ")
            let until = time(mute["until"], perSecond: 1_000) ?? "?"
            add("muted", "\(place.isEmpty ? "everywhere" : place) until \(until)\(mute["shadow"] == true ? " (shadow)" : "")")
        }
        for socket in answer["sockets"]?.arrayValue ?? [] {
            add("namespace", socket["ns"]?.stringValue)
            add("  socket", socket["id"]?.stringValue)
            add("  user", AdminText.user(socket["user"]))
            add("  client", socket["client_id"]?.stringValue)
            add("  roles", AdminText.words(socket["roles"]))
            add("  token ends", time(socket["token_exp"], perSecond: 1))
            add("  rooms", AdminText.words(socket["rooms"]))
        }
        add("more rooms", answer["more_rooms"]?.serialized)
        return lines
    }

    static func denials(_ answer: JSONValue) -> TextTable {
        var table = TextTable("REFUSED", "RECORD", "NAMESPACE", "EVENT", "ROOM", "RULE", "REASON", "DECISION")
        for item in answer["denials"]?.arrayValue ?? [] {
            func cell(_ name: String) -> String { item[name]?.stringValue ?? "-" }
            table.add(
                item["time"]?.integerValue.map { WallTime.text(seconds: $0 / 1_000) } ?? "-", cell("record"), cell("ns"), cell("event"),
                cell("room"), cell("rule"), cell("reason"), cell("decision"))
        }
        return table
    }
}
