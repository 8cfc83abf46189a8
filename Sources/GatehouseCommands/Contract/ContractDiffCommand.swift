import ArgumentParser
import Gatehouse
import GatehouseJSON

/// `gatehouse contract diff`
struct ContractDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say what of a new contract breaks the clients of an old one.",
        discussion: """
            Both files are contracts of --format json-schema. Breaking are an event that is gone, an argument or field that must be there now, \
            a narrower rule for what clients send, and a wider one for what they get. Who may send and receive is for `policy diff`.

            Example:
              \(Program.name) contract --format json-schema > new.json
              \(Program.name) contract diff old.json new.json

            Exit codes: 0 every client of the old contract goes on working, 1 some do not, 2 a file is no contract.
            """
    )

    @Argument(help: ArgumentHelp("The contract that clients were made for.", valueName: "old"))
    var old: String

    @Argument(help: ArgumentHelp("The contract that is to take its place.", valueName: "new"))
    var new: String

    func run() throws {
        let (before, after) = (try Self.document(old), try Self.document(new))
        let breaks: [ContractComparison.Break]
        do throws(ContractComparison.NotAContract) {
            breaks = try ContractComparison(old: before, new: after).breaks
        } catch {
            throw CommandFailure(.badFiles, "\(old) and \(new) cannot be compared: \(error.reason)")
        }
        for line in breaks { try Console.line(TerminalText.safe(line.description)) }
        guard breaks.isEmpty else { throw ExitCode(ExitStatus.refused.rawValue) }
    }

    private static func document(_ path: String) throws(CommandFailure) -> JSONValue {
        let text = try InputFile.text(at: path)
        do throws(JSONError) {
            let limits = JSONLimits(depth: 64, nodes: 1_000_000, stringBytes: 1_048_576, numberCharacters: 64)
            return try JSONValue(parsing: text, limits: limits)
        } catch {
            throw CommandFailure(.badFiles, "\(path) is not JSON: \(error.message)")
        }
    }
}
