import ArgumentParser

/// `gatehouse contract`
struct ContractCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contract",
        abstract: "Write what clients may send and get, for front ends; compare two such contracts.",
        subcommands: [ContractExportCommand.self, ContractDiffCommand.self],
        defaultSubcommand: ContractExportCommand.self
    )
}
