import ArgumentParser

/// `gatehouse audit`
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Verify and read the audit log.",
        subcommands: [AuditVerifyCommand.self, AuditTailCommand.self, AuditQueryCommand.self, AuditRedactCheckCommand.self]
    )
}

/// The directory that the commands of `gatehouse audit` are about.
struct AuditDirectoryArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The directory of the log.", valueName: "directory"))
    var directory = "var/audit"
}
