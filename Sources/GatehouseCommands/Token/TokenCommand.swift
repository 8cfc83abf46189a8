import ArgumentParser

/// `gatehouse token`
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Issue, inspect, verify and revoke tokens.",
        subcommands: [TokenIssueCommand.self, TokenInspectCommand.self, TokenVerifyCommand.self, AdminRevokeCommand.self]
    )
}
