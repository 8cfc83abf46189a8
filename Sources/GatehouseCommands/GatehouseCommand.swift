import ArgumentParser

/// The root of all commands.
struct GatehouseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.name,
        abstract: "A secured realtime gateway: any Socket.IO client, one pipeline of guards, policies in files.",
        discussion: """
            On a fresh checkout:
              \(Program.name) serve
              \(Program.name) token issue --sub alice --role user

            Exit codes: 0 good, 1 refused or a failed check, 2 errors in files or a torn tail, 3 an audit log that cannot be verified at all, 64 wrong \
            usage, 74 a server that stopped as its audit log could not be written, 78 a server that cannot start.
            """,
        version: Program.version,
        subcommands: [
            ServeCommand.self, TokenCommand.self, CertsCommand.self, PolicyCommand.self, AuditCommand.self, AdminCommand.self,
            ClusterCommand.self, RoutesCommand.self, ContractCommand.self, LimitsCommand.self, SettingsCommand.self,
        ] + ofGatehouseItself
    )

    /// Commands that only the shipped program has.
    private static var ofGatehouseItself: [any ParsableCommand.Type] { Program.isGatehouse ? [InitCommand.self] : [] }

    static func main() async {
        do {
            try await run(nil)
        } catch let failure as CommandFailure {
            Console.complain(failure.message)
            exit(withError: ExitCode(failure.status.rawValue))
        } catch {
            exit(withError: error)
        }
    }

    /// Runs the command of these arguments, or of the process's.
    static func run(_ arguments: [String]?) async throws {
        var command = try parseAsRoot(arguments)
        if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    }
}
