import ArgumentParser
import GatehouseAudit
import GatehousePolicy

/// `gatehouse policy diff`
struct PolicyDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say which rules differ between two directories of policies, and which recorded decisions would.",
        discussion: """
            --replay reads audit logs: directories, or files of records. Their decisions are taken for those of OLD and decided again by \
            NEW. A log holds no claims, scopes, sizes or memberships; what is unknown without them is counted and named, not \
            guessed.

            Examples:
              \(Program.name) policy diff policies-before policies
              \(Program.name) policy diff policies-before policies --replay var/audit

            Exit codes: 0 nothing differs, 1 rules, settings or decisions do, 2 errors in files.
            """
    )

    @Argument(help: ArgumentHelp("The directory of the policies before.", valueName: "old"))
    var old: String

    @Argument(help: ArgumentHelp("The directory of the policies after.", valueName: "new"))
    var new: String

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Audit logs: directories or files.", valueName: "log"))
    var replay: [String] = []

    func run() throws {
        let before = try PolicyFiles.load(old), after = try PolicyFiles.load(new)
        let differences = after.differences(from: before)
        for difference in differences {
            let directory = difference.kind == .removed ? old : new
            try Console.line(TerminalText.safe(directory + "/" + difference.description))
        }
        var log = ReplayedLog(PolicyReplay(from: before, to: after))
        for path in replay { try log.read(path) }
        if !replay.isEmpty { for line in log.lines { try Console.line(TerminalText.safe(line)) } }
        guard differences.isEmpty, log.changed == 0 else { throw ExitCode(ExitStatus.refused.rawValue) }
    }
}
