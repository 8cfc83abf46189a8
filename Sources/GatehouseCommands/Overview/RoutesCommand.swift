import ArgumentParser
import GatehouseJSON

/// `gatehouse routes`
struct RoutesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes",
        abstract: "List namespaces, events, their payloads, and the rules that may allow each.",
        discussion: """
            Example:
              \(Program.name) routes --policies policies

            Exit codes: 0 listed, 2 the policies have errors.
            """
    )

    @Option(help: ArgumentHelp("The directory of the policies.", valueName: "directory"))
    var policies = PolicyFiles.defaultDirectory

    @Flag(help: "One JSON array.")
    var json = false

    func run() async throws {
        let bundle = try PolicyFiles.load(policies)
        let overview = RouteOverview(try await Program.current.catalogue(for: bundle), bundle)
        if json { try Console.line(TerminalText.safeJSON(overview.json.serialized)) } else { try overview.table.print() }
    }
}
