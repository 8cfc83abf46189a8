import ArgumentParser
import Gatehouse
import GatehouseFiles
import GatehousePolicy

/// `gatehouse policy check`
struct PolicyCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check policy files: their form, rules that never decide or allow too much, settings and events that nothing serves.",
        discussion: """
            Every finding has its file, line and column. A server does not start with files that have errors, without the key files that \
            they name, nor with policies or key files that somebody else could change: each is named with the command that mends it. \
            The development key, which the first start makes, may be missing.

            Examples:
              \(Program.name) policy check
              \(Program.name) policy check policies/examples/production --without-keys
              \(Program.name) policy check /etc/quiz/policies --without-routes

            Exit codes: 0 nothing found, 1 warnings only, 2 errors.
            """
    )

    @OptionGroup var files: PolicyDirectoryArgument

    @OptionGroup var keyRoot: KeyRootOption

    @Flag(help: "Do not compare the policies with this program's gateways: they are for another program.")
    var withoutRoutes = false

    @Flag(help: "Do not look for the key files of the issuers: they are on another machine.")
    var withoutKeys = false

    func run() async throws {
        let untrusted = TrustCheck().findings(ofPolicies: files.directory, root: keyRoot.root).map { "error: \($0) [mode]" }
        for line in untrusted { try Console.line(TerminalText.safe(line)) }
        let bundle = try PolicyFiles.load(files.directory, checkModes: false)
        let catalogue = withoutRoutes ? nil : try await Program.current.catalogue(for: bundle)
        var findings = bundle.check(against: catalogue)
        if !withoutKeys && untrusted.isEmpty {
            // The first start makes it, unless it is strict.
            let made = [DevelopmentFiles(directory: DevelopmentFiles.defaultDirectory).tokenKeySet]
            findings += KeyCheck(bundle, root: keyRoot.root, made: made).findings
        }
        // In the same words as a server's start.
        let unenforced = PolicyErrors(EnforcementCheck(bundle: bundle, catalogue: catalogue).unenforced)
        let lines = findings.map { PolicyFiles.line(of: $0, in: files.directory) } + unenforced.lines(in: files.directory)
        for line in lines { try Console.line(TerminalText.safe(line)) }
        let rules = "\(bundle.files.count) files, \(bundle.rules.count) rules, sha256 \(bundle.sha256.prefix(12))"
        switch unenforced.errors.isEmpty && untrusted.isEmpty ? findings.map(\.severity).max() : .error {
        case .error?: throw CommandFailure(.badFiles, "\(files.directory) has errors: \(rules)")
        case .warning?: throw CommandFailure(.refused, "\(files.directory) has warnings only: \(rules)")
        case nil: try Console.line("\(TerminalText.safe(files.directory)) is good: \(rules)")
        }
    }
}
