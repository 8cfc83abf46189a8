import Gatehouse
import GatehousePolicy

#if Redis
    import GatehouseCluster
#endif

/// The program that a command belongs to.
struct Program: Sendable {
    /// The program of the running command; without one, a program without gateways.
    @TaskLocal static var current = Program(name: "gatehouse") { Application($0.configuration) }

    /// The name of the running program. Help texts are made once in a process, so the name cannot change.
    static var name: String { current.name }

    /// Whether this is the shipped command, not a user's program.
    static var isGatehouse: Bool { name == "gatehouse" }

    /// `gatehouse 0.1.0`; for another program `market, with gatehouse 0.1.0`.
    static var version: String { (isGatehouse ? "" : "\(name), with ") + "gatehouse \(PackageVersion.text)" }

    let name: String
    private let make: @Sendable (ServerSettings) async throws -> Application

    init(name: String, make: @escaping @Sendable (ServerSettings) async throws -> Application) {
        self.name = name
        self.make = make
    }

    init<Definition: GatehouseProgram>(_ definition: Definition.Type) {
        self.init(name: Definition.name) { settings in try await Definition.application(settings) }
    }

    /// The last part of the path that the process was started with.
    static var executableName: String {
        CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "gatehouse"
    }

    /// Runs a command of the process's arguments.
    func main() async {
        await Self.$current.withValue(self) { await GatehouseCommand.main() }
    }

    /// What `serve` runs.
    func application(_ settings: ServerSettings, orElse status: ExitStatus) async throws(CommandFailure) -> Application {
        do {
            return try joiningCluster(try await make(settings))
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(status, ErrorText.of(error))
        }
    }

    /// A program need not know of clusters for its settings to name one.
    private func joiningCluster(_ application: Application) throws -> Application {
        guard application.configuration.cluster != nil else { return application }
        #if Redis
            return try application.joiningCluster()
        #else
            throw CommandFailure(
                .cannotStart, "--cluster needs a \(name) built with the package trait Redis: it was left out of this build")
        #endif
    }

    /// The routes of its gateways, for the check of policies and for `routes`. Starts nothing.
    /// - Parameter bundle: the policies: where they speak of the Admin UI, the server is to be started with it.
    func catalogue(for bundle: PolicyBundle? = nil) async throws(CommandFailure) -> RouteCatalogue {
        var settings = ServerSettings()
        if bundle?.namespaces[RouteCatalogue.adminUI] != nil { settings.serveAdminUI() }
        let application = try await application(settings, orElse: .badFiles)
        return try failing(.badFiles) { try application.routeCatalogue() }
    }
}
