import ArgumentParser
import GatehouseAudit
import GatehouseJSON

/// `gatehouse admin explain`
struct AdminExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why a client was refused: the decision, and where each rule failed.",
        discussion: """
            The id is the one that the client was told as `decision`. The server remembers the latest refusals; what the audit log has \
            of older ones: \(Program.name) audit query --decision ID.

            Example:
              \(Program.name) admin explain 01JD3Z8KQH6Y4T0M2N5P7R9VWX

            Exit codes: 0 explained, 1 refused by the server (its code and message are shown) or not reached, 2 errors in files.
            """
    )

    @Argument(help: ArgumentHelp("The decision.", valueName: "id"))
    var decision: String

    @OptionGroup var admin: AdminOptions

    func validate() throws {
        guard ULID(decision) != nil else { throw ValidationError("A decision id has 26 letters and digits.") }
    }

    func run() async throws {
        let answer = try await admin.ask("policy.explain", ["decision": .string(decision)], role: "admin")
        try admin.show(answer) { () throws(CommandFailure) in
            for line in Self.lines(answer) { try Console.line(TerminalText.safe(line)) }
        }
    }

    /// The explanation for people: the decision, its subject and action, then a line for each rule about it.
    static func lines(_ answer: JSONValue) -> [String] {
        func text(_ name: String) -> String { answer[name].map { $0.stringValue ?? $0.serialized } ?? "" }
        func members(_ name: String) -> String {
            (answer[name]?.objectValue?.members ?? []).map { "\($0.key) \($0.value.stringValue ?? $0.value.serialized)" }
                .joined(separator: ", ")
        }
        let rule = answer["rule"]?.stringValue.map { " by \($0)" } ?? ""
        var lines = ["\(text("effect")) (\(text("reason")))\(rule), generation \(text("generation")), mode \(text("mode"))"]
        for (label, value) in [
            ("record", text("event")), ("action", text("action")), ("resource", members("resource")), ("subject", members("subject")),
            ("detail", members("detail")), ("note", text("note")),
        ] where !value.isEmpty { lines.append("  \(label): \(value)") }
        for rule in answer["rules"]?.arrayValue ?? [] {
            func part(_ name: String) -> String { rule[name]?.stringValue ?? "" }
            let condition = rule["condition"]?.stringValue.map { " at \($0)" } ?? ""
            lines.append("  \(part("effect")) \(part("id")) (\(part("at"))): \(part("outcome"))\(condition)")
        }
        if let more = answer["more_rules"]?.integerValue { lines.append("  and \(more) more rules") }
        return lines
    }
}
