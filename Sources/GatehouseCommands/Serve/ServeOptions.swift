import ArgumentParser
import Gatehouse
import GatehouseSettings

/// The options of `gatehouse serve`: the sources of settings, and what to print instead of serving.
struct ServeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A file of settings. Flags and the environment go before it.", valueName: "file"))
    var config: String?

    @Flag(help: "Print every setting with its value and where that is from, and end.")
    var printConfig = false

    @Flag(help: "Print the effective limits and end.")
    var printLimits = false

    @Flag(help: "With --print-config or --print-limits: one JSON object.")
    var json = false

    @OptionGroup(title: "Listening") var listening: ListeningOptions
    @OptionGroup(title: "TLS") var tls: TLSOptions
    @OptionGroup(title: "CORS") var cors: CORSOptions
    @OptionGroup(title: "Files") var files: FileOptions
    @OptionGroup(title: "Audit log") var auditLog: AuditLogOptions
    @OptionGroup(title: "Monitoring") var monitoring: MonitoringOptions
    @OptionGroup(title: "Back ends") var api: ApiOptions
    @OptionGroup(title: "Cluster") var cluster: ClusterOptions
    @OptionGroup(title: "Times") var times: TimeOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions

    func validate() throws {
        guard !json || printConfig || printLimits else { throw ValidationError("--json needs --print-config or --print-limits.") }
        guard !printConfig || !printLimits else { throw ValidationError("--print-config and --print-limits are asked for one at a time.") }
    }

    /// The flags' values, by the names of settings.
    var given: [String: [String]] {
        let groups: [any SettingFlags] = [listening, tls, cors, files, auditLog, monitoring, api, cluster, times, limits]
        return groups.reduce(into: [:]) { $0.merge($1.given) { $1 } }
    }

    /// The settings of these flags, of the environment and of the file that one of them names.
    func settings(environment: [String: String] = SettingsEnvironment.all) async throws(CommandFailure) -> GatheredSettings {
        do {
            return try await GatheredSettings(flags: given, file: config, environment: environment)
        } catch {
            throw CommandFailure(GatheredSettings.isUsage(error) ? .usage : .cannotStart, error.description)
        }
    }
}
