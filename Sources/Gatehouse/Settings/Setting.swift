/// One setting of a server: a name, the values it takes, and what it means.
///
/// ``all`` is the table that flags of `gatehouse serve`, environment variables, keys of a settings file, their validation and their
/// documentation come from. Only a name differs from place to place: `ping_interval` in a file is `--ping-interval` on the command line
/// and `GATEHOUSE_PING_INTERVAL` in the environment.
public struct Setting: Sendable {
    /// The name, in snake case; also the key in a file.
    public let name: String
    /// Its group in help texts.
    public let group: SettingGroup
    /// The member of ``Configuration`` that it sets, such as `limits.pingInterval`; `nil` where it only changes the defaults of others.
    public let member: String?
    /// Its meaning, in a sentence or two, with the names of other settings between backticks.
    public let meaning: String
    /// The default in words, if it depends on other settings.
    let defaultNote: String?
    /// The values it takes.
    package let form: SettingForm
    let read: @Sendable (ServerSettings) -> SettingValue
    let write: @Sendable (inout ServerSettings, SettingValue) -> Void

    /// The option of `gatehouse serve`.
    public var flag: String { "--" + String(name.map { $0 == "_" ? "-" : $0 }) }

    /// The environment variable.
    public var variable: String { Self.variablePrefix + name.uppercased() }

    /// The values it takes, in words and with the hard limits.
    public var values: String { form.description }

    /// The default, as it would be written; `none` where there is none.
    public var defaultText: String { defaultNote ?? read(ServerSettings()).text }

    /// The meaning, with other settings under their names in that place.
    package func meaning(naming name: (Setting) -> String) -> String { Self.named(in: meaning, name) }

    /// The default, in the same way.
    package func defaultText(naming name: (Setting) -> String) -> String { Self.named(in: defaultText, name) }

    private static func named(in text: String, _ name: (Setting) -> String) -> String {
        // Every other part stands between backticks.
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
            index % 2 == 1 ? named(String(part)).map(name) ?? String(part) : String(part)
        }.joined()
    }

    /// What the names of all environment variables start with.
    public static let variablePrefix = "GATEHOUSE_"

    /// The setting with this name.
    public static func named(_ name: String) -> Setting? { byName[name] }

    private static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}

/// The headings that settings are shown under.
public enum SettingGroup: String, Sendable, CaseIterable {
    /// Where clients reach the server.
    case listening = "Listening"
    /// Certificates of the server and of clients.
    case tls = "TLS"
    /// What pages of other origins may read.
    case cors = "CORS"
    /// Policies, keys and the server's own files.
    case files = "Files"
    /// The audit log.
    case audit = "Audit log"
    /// Health and metrics.
    case monitoring = "Monitoring"
    /// Programs that call over HTTP.
    case api = "Back ends"
    /// Several nodes.
    case cluster = "Cluster"
    /// How long things may take.
    case times = "Times"
    /// How much a client may use.
    case limits = "Limits"
}
