import ArgumentParser

/// `gatehouse policy`
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Check, test, explain, compare, lay out and change policies.",
        subcommands: [
            PolicyCheckCommand.self, PolicyTestCommand.self, PolicyExplainCommand.self, PolicyMatrixCommand.self, PolicyDiffCommand.self,
            PolicyFormatCommand.self, PolicyReloadCommand.self, PolicyRollbackCommand.self,
        ]
    )
}

/// The directory that the commands of `gatehouse policy` are about.
struct PolicyDirectoryArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The directory of the policies.", valueName: "directory"))
    var directory = PolicyFiles.defaultDirectory
}
