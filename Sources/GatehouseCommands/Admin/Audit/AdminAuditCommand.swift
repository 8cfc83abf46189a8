import ArgumentParser

/// `gatehouse admin audit`
struct AdminAuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Read the audit log of a running server, from wherever you are.",
        discussion: """
            The server reads its own log for you: who does not trust the server reads the files themselves with `\(Program.name) audit`.
            """,
        subcommands: [AdminAuditQueryCommand.self, AdminAuditVerifyCommand.self, AdminAuditHeadCommand.self]
    )
}
