import ArgumentParser
import Gatehouse
import GatehouseJSON
import GatehousePolicy

/// `gatehouse contract export`, which `gatehouse contract` is without another word
struct ContractExportCommand: AsyncParsableCommand {
    /// What a contract can be written as.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case asyncapi
        case jsonSchema = "json-schema"
        case typescript
    }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the contract of this program's gateways.",
        discussion: """
            asyncapi is AsyncAPI 3.0, json-schema is JSON Schema 2020-12 and what `contract diff` compares, typescript is types for Socket.IO's \
            clients. The same program and policies give the same bytes.

            Examples:
              \(Program.name) contract --format typescript > contract.ts
              \(Program.name) contract export --format json-schema > contract.json

            Exit codes: 0 written, 2 the policies have errors.
            """
    )

    @Option(help: "asyncapi, json-schema or typescript.")
    var format = Format.asyncapi

    @Option(help: ArgumentHelp("The directory of the policies, whose rules say who may send and receive.", valueName: "directory"))
    var policies = PolicyFiles.defaultDirectory

    @Flag(help: "Leave out who may send and receive.")
    var withoutPolicies = false

    @Option(help: ArgumentHelp("The version of the contract, for asyncapi.", valueName: "text"))
    var contractVersion = "1.0.0"

    func run() async throws {
        let bundle = withoutPolicies ? nil : try PolicyFiles.load(policies)
        let application = try await Program.current.application(ServerSettings(), orElse: .badFiles)
        let contract = try failing(.badFiles) { try application.contract(title: Program.name, policies: bundle) }
        switch format {
        case .asyncapi: try Console.print(contract.asyncAPI(version: contractVersion))
        case .jsonSchema: try Console.print(contract.jsonSchema)
        case .typescript: try Console.line(TerminalText.safe(contract.typeScript.trimmed, keepingLines: true))
        }
    }
}

extension Console {
    /// Prints JSON over several lines.
    fileprivate static func print(_ value: JSONValue) throws(CommandFailure) {
        // A line's end stands between members only: in strings it is written as `\n`.
        let lines = value.indented.split(separator: "\n", omittingEmptySubsequences: false)
        try line(lines.map { TerminalText.safeJSON(String($0)) }.joined(separator: "\n"))
    }
}
