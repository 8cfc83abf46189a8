import ArgumentParser

/// `gatehouse admin`
struct AdminCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin",
        abstract: "Moderate a running server through its /admin namespace.",
        discussion: """
            Every act is decided by policies/admin.yaml and recorded in the audit log, as that of whoever the token names.
            """,
        subcommands: [
            AdminSessionsCommand.self, AdminKickCommand.self, AdminRevokeCommand.self, AdminReauthCommand.self, AdminAnnounceCommand.self,
            AdminStatsCommand.self, AdminExplainCommand.self, AdminSessionCommand.self, AdminRoomsCommand.self, AdminRoomCommand.self,
            AdminWatchCommand.self, AdminAuditCommand.self, AdminActCommand.self, AdminRebuildCommand.self,
        ]
    )
}
