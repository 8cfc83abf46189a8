public import Gatehouse

/// A program with its own gateways and the whole command line: `serve`, `routes`, `policy check`, `token issue`, `audit verify` and all others.
///
/// ```swift
/// import GatehouseCommands
///
/// @main
/// struct Market: GatehouseProgram {
///     static func application(_ settings: ServerSettings) -> Application {
///         Application(settings.configuration)
///             .mount(MarketGateway())
///             .mount(AdminGateway(settings))
///     }
/// }
/// ```
///
/// The commands that must know the gateways ask for the application: `serve` runs it, the others read its routes.
public protocol GatehouseProgram: SendableMetatype {
    /// The name in help texts and messages. The default is the name of the executable.
    static var name: String { get }

    /// Makes the application from its settings: those of flags, environment and file for `serve`, the defaults for a command that only reads
    /// its routes. Such a command starts nothing, so open connections and files when a gateway starts, not here.
    /// - Throws: any error. The command prints it in one line and exits with 78 (`serve`) or 2.
    static func application(_ settings: ServerSettings) async throws -> Application
}

extension GatehouseProgram {
    /// The name of the executable, as it was started.
    public static var name: String { Program.executableName }

    /// Runs the command that the arguments name, and exits with its code.
    @concurrent public static func main() async {
        await Program(Self.self).main()
    }
}
