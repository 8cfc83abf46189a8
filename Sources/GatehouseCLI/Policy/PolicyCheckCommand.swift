import ArgumentParser
import GatehousePolicy

/// `gatehouse policy check`
struct PolicyCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check policy files: their form, and rules that never decide or allow too much.",
        discussion: """
            Every finding has its file, line and column. Whether every event has a handler is checked by `gatehouse serve`.

            Examples:
              gatehouse policy check
              gatehouse policy check policies/examples/production

            Exit codes: 0 nothing found, 1 warnings only, 2 errors.
            """
    )

    @OptionGroup var files: PolicyDirectoryArgument

    func run() throws {
        let bundle = try PolicyFiles.load(files.directory)
        let findings = bundle.check()
        for finding in findings { try Console.line(TerminalText.safe(PolicyFiles.line(of: finding, in: files.directory))) }
        let rules = "\(bundle.files.count) files, \(bundle.rules.count) rules, sha256 \(bundle.sha256.prefix(12))"
        switch findings.map(\.severity).max() {
        case .error?: throw CommandFailure(.badFiles, "\(files.directory) has errors: \(rules)")
        case .warning?: throw CommandFailure(.refused, "\(files.directory) has warnings only: \(rules)")
        case nil: try Console.line("\(TerminalText.safe(files.directory)) is good: \(rules)")
        }
    }
}
