import ArgumentParser
import GatehouseAudit

/// `gatehouse audit tail`
struct AuditTailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Show the last records, and with -f those that come.",
        discussion: """
            Example:
              \(Program.name) audit tail -f --event msg.

            Exit codes: 0 shown, 2 the log cannot be read or has lines that are no records.
            """
    )

    @OptionGroup var log: AuditDirectoryArgument

    @Flag(name: [.short, .long], help: "Go on with what is written meanwhile.")
    var follow = false

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("How many of the last records to look at.", valueName: "count"))
    var last: UInt64 = 20

    @OptionGroup var wanted: AuditFilterOptions

    @Flag(help: "The records as they are in the log, one JSON object a line.")
    var json = false

    func run() async throws {
        var printer = AuditPrinter(json: json)
        do {
            var reader = try AuditReader(directory: log.directory, last: last, filter: wanted.filter)
            while true {
                try printer.print(from: &reader)
                guard follow else { break }
                // A look at the end of a file, four times a second, costs nothing and works on every file system.
                try await Task.sleep(for: .milliseconds(250))
            }
        } catch let error as AuditError {
            throw CommandFailure(.badFiles, ErrorText.of(error))
        }
        try printer.finish()
    }
}
