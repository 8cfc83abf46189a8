import ArgumentParser
import Gatehouse

/// `gatehouse limits`
struct LimitsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits",
        abstract: "Show the limits that a server with these policies has.",
        discussion: """
            In JSON, sizes are bytes, names that end in _ms are milliseconds, rates are written as in policies, and null is no limit.

            Example:
              \(Program.name) limits --json

            Exit codes: 0 shown, 2 the policies have errors.
            """
    )

    @Option(help: ArgumentHelp("The directory of the policies.", valueName: "directory"))
    var policies = PolicyFiles.defaultDirectory

    @Flag(help: "One JSON object.")
    var json = false

    func run() async throws {
        let application = try await Program.current.application(ServerSettings(), orElse: .badFiles)
        let limits = EffectiveLimits(application.configuration, try PolicyFiles.load(policies))
        try limits.print(json: json)
    }
}
