import ArgumentParser
import Gatehouse
import GatehouseModeration
import GatehousePolicy
import GatehouseTLS
import Logging
import ServiceLifecycle
import UnixSignals

/// `gatehouse serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server: chat on /chat, moderation on /admin.",
        discussion: """
            On a fresh checkout it makes development certificates and a token key under certs/, if nothing is there, and writes to var/.
            SIGTERM or SIGINT stops it gracefully; a second one at once, with exit code 1. SIGHUP reads certificate, token keys and policies
            again, and begins a new audit file; changed files are noticed without it.

            Examples:
              gatehouse serve
              gatehouse serve --host 0.0.0.0 --strict --policies /etc/gatehouse/policies --cert chain.pem --key key.pem

            While the audit log cannot be written, staff's acts and new connections are refused and nothing is lost; with --on-audit-failure
            shutdown the server stops instead. Checkpoints of the log are signed with a key of its own; `audit verify --key` takes
            audit.pub from beside the log. Only checkpoints that are kept elsewhere (--checkpoints) show that the end was rewritten.

            Exit codes: 0 stopped, 1 ended by a second signal or an error while stopping, 74 stopped as the audit log could not be written,
            78 it cannot start.
            """
    )

    @OptionGroup var options: ServeOptions

    func run() async throws {
        let bundle = try PolicyFiles.load(options.policies, status: .cannotStart)
        if options.printLimits {
            try EffectiveLimits(options.configuration, bundle).table.print()
            return
        }
        let made = try FirstStart(options, bundle).prepare(now: WallTime.seconds)
        // A strict server does not start with one, and says so itself.
        let isDevelopment = try options.insecure || options.strict ? false : isDevelopmentCertificate()
        try await serve(options.configuration, made, isDevelopment)
    }

    private func isDevelopmentCertificate() throws(CommandFailure) -> Bool {
        do {
            return try DevelopmentCertificates.isDevelopment(certificatePath: options.certificate)
        } catch {
            throw CommandFailure(.cannotStart, ErrorText.of(error))
        }
    }

    private func serve(_ configuration: Configuration, _ made: [String], _ isDevelopment: Bool) async throws {
        let logger = Logger(label: "gatehouse")
        let authority = isDevelopment && options.cert == nil ? DevelopmentFiles(directory: options.certs).authority : nil
        let (policies, audit) = (options.policies, options.audit)
        let store = ModerationStore.file(options.moderation)
        let openFiles = OpenFiles.raised()
        let hangUp = await HangUp()
        let application = BuiltInGateways.application(configuration, store: store, logger: logger).onStart { server in
            hangUp.watch(server)
            let report = StartReport(
                url: server.url, policies: policies, bundle: server.runtime.policies.current, audit: audit,
                monitoring: server.monitoringURL, made: made, authority: authority, isDevelopmentCertificate: isDevelopment,
                openFiles: openFiles,
                connections: configuration.connections(server.runtime.policies.current))
            do {
                for line in report.lines { try Console.line(line) }
            } catch {
                // The server serves, whoever closed its output.
                logger.warning("\(error)")
            }
        }
        let watch = await SecondSignal.watch()
        defer { watch.cancel() }
        // What goes on in the group is said by our own lines; its own log would double them.
        var quiet = logger
        quiet.logLevel = .critical
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: application, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
        do {
            try await group.run()
        } catch let error as StartError {
            throw StartFailure.failure(error, configuration)
        } catch let error as AuditOutage {
            throw CommandFailure(.auditOutage, error.description)
        }
    }
}
