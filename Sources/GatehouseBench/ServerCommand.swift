import ArgumentParser
import Gatehouse
import GatehouseModeration
import Logging
import ServiceLifecycle
import UnixSignals

#if Redis
    import GatehouseCluster
#endif

/// The real server: tokens, policy, rates, DTOs, audit.
struct ServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server", abstract: "The whole pipeline on a benchmark policy and gateway.",
        discussion: "It writes auth.jsonl, with one CONNECT payload a line, into its directory: give that to the load generator.")

    @Option(help: "Port on 127.0.0.1.") var port = 9001
    @Option(help: "Directory for policies, keys, tokens and audit.") var directory = "var/bench"
    @Option(help: "Tokens to issue.") var tokens = 1_000
    @Option(help: "Further deny rules that every message is decided against.") var rules = 0
    @Option(help: "Rooms that every client is put into.") var rooms = 0
    @Option(help: "Mutes of others that are in force.") var mutes = 0
    @Option(help: "Event loops.") var loops = 1
    @Option(help: "The Redis of a cluster that it is a node of.") var cluster: String?
    @Flag(help: "TLS instead of plain HTTP.") var tls = false

    func run() async throws {
        let files = BenchFiles(root: directory)
        try files.make(rules: rules, tokens: tokens)
        var configuration = Configuration(
            transport: tls
                ? .tls(certificate: directory + "/certs/server.pem", privateKey: directory + "/certs/server-key.pem") : .insecure)
        configuration.port = port
        configuration.policies = directory + "/policies"
        configuration.root = directory
        configuration.audit = directory + "/audit"
        configuration.eventLoops = loops
        configuration.limits.roomsPerConnection = max(configuration.limits.roomsPerConnection, rooms)
        configuration.cluster = cluster.map(ClusterSettings.init(url:))
        var application = Application(configuration)
            .mount(BenchGateway(rooms: rooms))
            .mount(ManyNamespacesGateway())
            .mount(AdminGateway(store: .file(directory + "/moderation.sqlite")))
            .onStart { [mutes] server in
                if mutes > 0 { server.runtime.restrictions.replace(with: Self.mutes(mutes)) }
                print("listening on \(server.url)")
            }
        #if Redis
            application = try application.joiningCluster()
        #endif
        let group = ServiceGroup(
            services: [application], gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "bench"))
        try await group.run()
    }

    /// Mutes of users who are not there: what they cost those who are.
    private static func mutes(_ count: Int) -> RestrictionSet {
        let mutes = (0..<count).map { number in
            let place = Mute.Place(user: UserID(iss: BenchFiles.iss, subject: "other\(number)"), namespace: nil, room: nil)
            return Mute(place: place, ends: .max, isShadow: false)
        }
        return RestrictionSet(bans: [], mutes: mutes, rooms: [])
    }
}
