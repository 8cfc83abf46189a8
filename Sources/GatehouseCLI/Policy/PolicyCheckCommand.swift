import ArgumentParser
import GatehousePolicy

/// `gatehouse policy check`
struct PolicyCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check policy files: their form, rules that never decide or allow too much, events without a handler.",
        discussion: """
            Every finding has its file, line and column.

            Examples:
              gatehouse policy check
              gatehouse policy check policies/examples/production --without-routes

            Exit codes: 0 nothing found, 1 warnings only, 2 errors.
            """
    )

    @OptionGroup var files: PolicyDirectoryArgument

    @Flag(help: "Do not compare the policies with the built-in gateways: they are for a program of your own.")
    var withoutRoutes = false

    func run() throws {
        let bundle = try PolicyFiles.load(files.directory)
        let findings = bundle.check(against: withoutRoutes ? nil : try BuiltInGateways.catalogue())
        for finding in findings { try Console.line(TerminalText.safe(PolicyFiles.line(of: finding, in: files.directory))) }
        let rules = "\(bundle.files.count) files, \(bundle.rules.count) rules, sha256 \(bundle.sha256.prefix(12))"
        switch findings.map(\.severity).max() {
        case .error?: throw CommandFailure(.badFiles, "\(files.directory) has errors: \(rules)")
        case .warning?: throw CommandFailure(.refused, "\(files.directory) has warnings only: \(rules)")
        case nil: try Console.line("\(TerminalText.safe(files.directory)) is good: \(rules)")
        }
    }
}
