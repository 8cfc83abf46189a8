import ArgumentParser
import Gatehouse
import GatehousePolicy

/// `gatehouse policy check`
struct PolicyCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check policy files: their form, rules that never decide or allow too much, settings and events that nothing serves.",
        discussion: """
            Every finding has its file, line and column. A server does not start with files that have errors.

            Examples:
              gatehouse policy check
              gatehouse policy check policies/examples/production
              gatehouse policy check /etc/quiz/policies --without-routes

            Exit codes: 0 nothing found, 1 warnings only, 2 errors.
            """
    )

    @OptionGroup var files: PolicyDirectoryArgument

    @Flag(help: "Do not compare the policies with the built-in gateways: they are for a program of your own.")
    var withoutRoutes = false

    func run() throws {
        let bundle = try PolicyFiles.load(files.directory)
        let findings = bundle.check(against: withoutRoutes ? nil : try BuiltInGateways.catalogue())
        // In the words of a server that does not start with them.
        let unenforced = PolicyErrors(EnforcementCheck(bundle: bundle).unenforced)
        let lines = findings.map { PolicyFiles.line(of: $0, in: files.directory) } + PolicyFiles.lines(of: unenforced, in: files.directory)
        for line in lines { try Console.line(TerminalText.safe(line)) }
        let rules = "\(bundle.files.count) files, \(bundle.rules.count) rules, sha256 \(bundle.sha256.prefix(12))"
        switch unenforced.errors.isEmpty ? findings.map(\.severity).max() : .error {
        case .error?: throw CommandFailure(.badFiles, "\(files.directory) has errors: \(rules)")
        case .warning?: throw CommandFailure(.refused, "\(files.directory) has warnings only: \(rules)")
        case nil: try Console.line("\(TerminalText.safe(files.directory)) is good: \(rules)")
        }
    }
}
