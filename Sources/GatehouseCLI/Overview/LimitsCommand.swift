import ArgumentParser
import Gatehouse
import GatehouseJSON

/// `gatehouse limits`
struct LimitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits",
        abstract: "Show the limits that a server with these policies has.",
        discussion: """
            In JSON, sizes are bytes, names that end in _ms are milliseconds, rates are written as in policies, and null is no limit.

            Example:
              gatehouse limits --json

            Exit codes: 0 shown, 2 the policies have errors.
            """
    )

    @Option(help: ArgumentHelp("The directory of the policies.", valueName: "directory"))
    var policies = PolicyFiles.defaultDirectory

    @Flag(help: "One JSON object.")
    var json = false

    func run() throws {
        let limits = EffectiveLimits(Configuration(transport: .insecure), try PolicyFiles.load(policies))
        if json { try Console.line(TerminalText.safeJSON(limits.json.serialized)) } else { try limits.table.print() }
    }
}
