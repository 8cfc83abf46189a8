import ArgumentParser
import GatehouseAudit
import GatehouseJSON

/// `gatehouse policy reload`
struct PolicyReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Have the running server read its policy files again.",
        discussion: """
            The server reads, checks and tests all files, and puts them in force at once or not at all; live sessions are decided again. \
            It does the same by itself when a file has changed, and on SIGHUP.

            Examples:
              \(Program.name) policy reload --reason "new rooms"
              \(Program.name) policy reload --reason "back to revision 6" --force
              \(Program.name) policy reload --reason "new rooms" --cluster

            Exit codes: 0 in force, 1 refused by the server (its code and message are shown) or not reached, 2 errors in files.
            """
    )

    @Option(help: ArgumentHelp("Why; goes into the audit log.", valueName: "text"))
    var reason: String

    @Flag(help: "Take files whose revision does not grow. This is recorded.")
    var force = false

    @Flag(help: "All nodes of the cluster take their files, which must be the same on all, or none does.")
    var cluster = false

    @OptionGroup var admin: AdminOptions

    func run() async throws {
        var request: JSONObject = [
            "request_id": .string(ULIDGenerator.shared.next().description), "reason": .string(reason), "force": .bool(force),
        ]
        if cluster { request["cluster"] = true }
        try PolicyChangeReport(answer: try await admin.ask("policy.reload", request, role: "admin")).show(admin)
    }
}

/// `gatehouse policy rollback`
struct PolicyRollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Have the running server go back to policies that it had before.",
        discussion: """
            The files stay as they are: mend them, since the next change of one puts them all in force. The server keeps the last eight.

            Examples:
              \(Program.name) policy rollback --reason "nobody can post"
              \(Program.name) policy rollback 2 --reason "nobody can post"

            Exit codes: 0 in force, 1 refused by the server (its code and message are shown) or not reached, 2 errors in files.
            """
    )

    @Argument(help: ArgumentHelp("How many changes to go back.", valueName: "steps"))
    var steps = 1

    @Option(help: ArgumentHelp("Why; goes into the audit log.", valueName: "text"))
    var reason: String

    @OptionGroup var admin: AdminOptions

    func validate() throws {
        guard (1...8).contains(steps) else { throw ValidationError("The server keeps the last eight: give 1 to 8.") }
    }

    func run() async throws {
        let request: JSONObject = [
            "request_id": .string(ULIDGenerator.shared.next().description), "reason": .string(reason), "steps": .integer(Int64(steps)),
        ]
        try PolicyChangeReport(answer: try await admin.ask("policy.rollback", request, role: "admin")).show(admin)
    }
}

/// The result of a change, in a line.
private struct PolicyChangeReport {
    let answer: JSONValue

    func show(_ admin: AdminOptions) throws {
        try admin.show(answer) { () throws(CommandFailure) in
            for warning in answer["warnings"]?.arrayValue ?? [] {
                try Console.line(TerminalText.safe("warning: \(warning.stringValue ?? "")"))
            }
            func number(_ name: String) -> Int64 { answer[name]?.integerValue ?? 0 }
            let state = answer["changed"] == .bool(false) ? "unchanged" : "in force"
            try Console.line(
                "\(state): generation \(number("generation")), revision \(number("revision")); \(number("closed")) connections closed")
            for node in answer["nodes"]?.arrayValue ?? [] {
                let (name, generation, closed) = (node["node"]?.stringValue, node["generation"]?.integerValue, node["closed"]?.integerValue)
                try Console.line(
                    TerminalText.safe("\(name ?? "?"): generation \(generation ?? 0); \(closed ?? 0) connections closed"))
            }
        }
    }
}
