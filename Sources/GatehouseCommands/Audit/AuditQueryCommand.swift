import ArgumentParser
import GatehouseAudit

/// `gatehouse audit query`
struct AuditQueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Show the records that a question picks out.",
        discussion: """
            Times are UTC as in the log, or the beginning of one: 2026-11-22, 2026-11-22T20. --from is included, --to is not.

            Examples:
              \(Program.name) audit query --decision 01KAPWZQ5V7K2M3N4P5Q6R7S8T
              \(Program.name) audit query --actor alice --event msg. --from 2026-11-22 --json

            Exit codes: 0 read (whether or not a record fits), 2 the log cannot be read or has lines that are no records.
            """
    )

    @OptionGroup var log: AuditDirectoryArgument

    @OptionGroup var wanted: AuditFilterOptions

    @Option(help: ArgumentHelp("The first time that is wanted.", valueName: "time"), transform: AuditTimeArgument.parsed)
    var from: AuditTimeArgument?

    @Option(help: ArgumentHelp("The first time that is not wanted any more.", valueName: "time"), transform: AuditTimeArgument.parsed)
    var to: AuditTimeArgument?

    @Flag(help: "The records as they are in the log, one JSON object a line.")
    var json = false

    func run() throws {
        var filter = wanted.filter
        filter.from = from?.prefix
        filter.to = to?.prefix
        var printer = AuditPrinter(json: json)
        var reader = AuditReader(directory: log.directory, filter: filter)
        do {
            try printer.print(from: &reader)
        } catch let error as AuditError {
            throw CommandFailure(.badFiles, ErrorText.of(error))
        }
        try printer.finish()
    }
}
