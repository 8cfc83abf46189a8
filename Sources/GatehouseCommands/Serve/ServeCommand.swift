import ArgumentParser
import Gatehouse
import GatehouseFiles
import GatehousePolicy
import GatehouseSettings
import GatehouseTLS

/// `gatehouse serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server.",
        discussion: """
            On a fresh checkout it makes development certificates and a token key under certs/, if nothing is there, and writes to var/. \
            SIGTERM or SIGINT stops it gracefully; a second one at once, with exit code 1. SIGHUP reads certificate, token keys and \
            policies again, and begins a new audit file; changed files are noticed without it.

            Examples:
              \(Program.name) serve
              \(Program.name) serve --config /etc/gatehouse/gateway.yaml --port 9000
              \(Program.name) serve --host 0.0.0.0 --strict --cert chain.pem --key key.pem

            Settings are taken from flags, else from environment variables (GATEHOUSE_PING_INTERVAL=20s), else from the file of --config \
            or GATEHOUSE_CONFIG (ping_interval: 20s). --print-config shows their values and origins, `\(Program.name) settings` lists them.

            While the audit log cannot be written, staff's acts and new connections are refused and nothing is lost; with \
            --on-audit-failure shutdown the server stops instead. Checkpoints of the log are signed with a key of its own; `audit verify \
            --key` takes audit.pub from beside the log. Only checkpoints that are kept elsewhere (--checkpoints) show that the end was \
            rewritten.

            Exit codes: 0 stopped, 1 ended by a second signal or an error while stopping, 74 stopped as the audit log could not be \
            written, 78 it cannot start.
            """
    )

    @OptionGroup var options: ServeOptions

    func run() async throws {
        let gathered = try await options.settings()
        if options.printConfig { return try gathered.print(json: options.json) }
        let settings = gathered.settings
        let application = try await Program.current.application(settings, orElse: .cannotStart)
        let configuration = application.configuration
        // Before anything is read or made: others could replace a key in a place that they may write.
        if !options.printLimits { try refuseUntrustedFiles(application) }
        let bundle = try PolicyFiles.load(configuration.policies, status: .cannotStart)
        if options.printLimits { return try EffectiveLimits(configuration, bundle).print(json: options.json) }
        let made = try FirstStart(settings, bundle).prepare(now: WallTime.seconds)
        let site = try ServedSite(application, settings, bundle)
        try await serve(site, settings, made)
    }

    private func refuseUntrustedFiles(_ application: Application) throws(CommandFailure) {
        let findings = application.trustFindings()
        guard findings.isEmpty else { throw CommandFailure(.cannotStart, findings.text) }
    }

    private func serve(_ site: ServedSite, _ settings: ServerSettings, _ made: [String]) async throws {
        let application = site.application
        let configuration = application.configuration
        let authority = settings.namesCertificate ? nil : DevelopmentFiles(directory: settings.certificates).authority
        try await application.runUntilSignal(advice: .flags) { server, warnings in
            let isDevelopment = server.certificate?.isDevelopment == true
            let report = StartReport(
                url: server.url, policies: configuration.policies, bundle: server.runtime.policies.current, audit: configuration.audit,
                monitoring: server.monitoringURL, api: server.apiURL, console: site.console(at: server.url),
                demo: site.demo(at: server.url), made: made,
                authority: isDevelopment ? authority : nil, warnings: warnings)
            do {
                for line in report.lines { try Console.line(line) }
            } catch {
                // The server goes on even if its output is closed.
                Console.warn("\(error)")
            }
        }
    }
}
