import ArgumentParser
import GatehousePolicy

/// `gatehouse policy test`
struct PolicyTestCommand: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument { case text, json, junit }

    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the suites in tests/*.test.yaml of the policies.",
        discussion: """
            Example:
              \(Program.name) policy test --coverage

            Exit codes: 0 all passed, 1 some failed or, with --fail-on-empty, there are none, 2 errors in files.
            """
    )

    @OptionGroup var files: PolicyDirectoryArgument

    @Flag(help: "Tell which rules decided in no case.")
    var coverage = false

    @Flag(help: "Fail if there is no case.")
    var failOnEmpty = false

    @Option(help: "text, json or junit.")
    var format = Format.text

    func run() throws {
        let bundle = try PolicyFiles.load(files.directory)
        let suites: [PolicyTestSuite]
        do {
            suites = try PolicyTestSuite.load(directory: files.directory)
        } catch {
            throw CommandFailure(.badFiles, error.lines(in: files.directory).joined(separator: "\n"))
        }
        let report = bundle.run(suites)
        switch format {
        case .text: try Console.line(TerminalText.safe(report.text(coverage: coverage), keepingLines: true))
        case .json: try Console.line(TerminalText.safeJSON(report.json))
        case .junit: try Console.line(TerminalText.safe(report.junit, keepingLines: true))
        }
        guard report.passed else { throw ExitCode(ExitStatus.refused.rawValue) }
        guard !failOnEmpty || !report.results.isEmpty else {
            throw CommandFailure(.refused, "\(files.directory)/tests has no case")
        }
    }
}
