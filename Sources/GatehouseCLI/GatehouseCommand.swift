import ArgumentParser
import Logging

/// The command `gatehouse`.
@main
struct GatehouseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatehouse",
        abstract: "A secured realtime gateway: any Socket.IO client, one pipeline of guards, policies in files.",
        discussion: """
            On a fresh checkout:
              gatehouse serve
              gatehouse token issue --sub alice --role user

            Exit codes: 0 good, 1 refused or a failed check, 2 errors in files or a torn tail, 3 a log that cannot be read, 64 wrong
            usage, 74 a server that stopped as its audit log could not be written, 78 a server that cannot start.
            """,
        subcommands: [
            ServeCommand.self, TokenCommand.self, CertsCommand.self, PolicyCommand.self, AuditCommand.self, AdminCommand.self,
            RoutesCommand.self, LimitsCommand.self,
        ]
    )

    static func main() async {
        // stdout is for results: what is logged must not get between them.
        LoggingSystem.bootstrap { label in StreamLogHandler.standardError(label: label) }
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch let failure as CommandFailure {
            Console.complain(failure.message)
            exit(withError: ExitCode(failure.status.rawValue))
        } catch {
            exit(withError: error)
        }
    }
}
