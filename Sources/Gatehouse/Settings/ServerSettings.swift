/// All settings of a server, as in the table ``Setting/all``: each can be set on its own, and together they make a ``Configuration``.
///
/// It is a plain value: read it from anywhere with `GatehouseSettings`, or set it member by member.
public struct ServerSettings: Sendable {
    /// The members of the configuration that are settings as they are. Those that are made of several settings are put in by
    /// ``configuration``.
    var base = Configuration(transport: .insecure)

    /// The directory where the server writes (`var`); `moderation.sqlite` is in it.
    public internal(set) var state = "var"
    /// The directory of the certificate and its key where neither is named (`certs`).
    public internal(set) var certificates = "certs"
    var http = false
    var certificate: String?
    var privateKey: String?
    var clientAuthorities: String?
    var clientCertificateIsOptional = false
    var corsOrigins: [String] = []
    var corsCredentials = false
    var corsHeaders: [String] = []
    var corsMaxAge = CORS(origins: []).maxAge
    var auditDirectory: String?
    var monitoring: MonitoringAddress?
    var monitoringIsRequired: Bool?
    /// Nil: off.
    var api: MonitoringAddress?
    var apiIsPlain = false
    var apiClientAuthorities: String?
    var clusterURL: String?
    var clusterAdapter = ClusterSettings.Adapter.streams
    var clusterPrefix = ClusterSettings(url: "").prefix
    var clusterPasswordFile: String?
    var clusterAuthorities: String?
    var clusterIsRequired = false
    var clusterServesBehind = false
    var clusterKeyFile: String?

    /// The defaults.
    public init() {}

    /// As with `admin_ui`, for commands that read policies.
    package mutating func serveAdminUI() { base.adminUI = true }

    /// The configuration that the settings make.
    public var configuration: Configuration {
        var configuration = base
        configuration.transport = http ? .insecure : .tls(certificate: certificatePath, privateKey: privateKeyPath)
        configuration.clientCertificates = clientAuthorities.map {
            clientCertificateIsOptional ? .optional(authorities: $0) : .required(authorities: $0)
        }
        configuration.cors =
            corsOrigins.isEmpty ? nil : CORS(origins: corsOrigins, credentials: corsCredentials, maxAge: corsMaxAge, headers: corsHeaders)
        configuration.audit = auditPath
        if case .at(let host, let port) = monitoringPlace {
            configuration.monitoring = Monitoring(host: host, port: port, isRequired: requiresMonitoring)
        }
        configuration.api = nil
        if case .at(let host, let port)? = api {
            configuration.api = BackEndAPI(host: host, port: port, isPlain: apiIsPlain, clientAuthorities: apiClientAuthorities)
        }
        configuration.cluster = cluster
        return configuration
    }

    /// The cluster that the settings name.
    private var cluster: ClusterSettings? {
        guard let clusterURL else { return nil }
        var cluster = ClusterSettings(url: clusterURL)
        cluster.adapter = clusterAdapter
        cluster.prefix = clusterPrefix
        cluster.passwordFile = clusterPasswordFile
        cluster.authorities = clusterAuthorities
        cluster.isRequired = clusterIsRequired
        cluster.servesBehind = clusterServesBehind
        cluster.keyFile = clusterKeyFile
        return cluster
    }

    /// The settings of a configuration.
    init(_ configuration: Configuration) {
        base = configuration
        if case .tls(let certificate, let key) = configuration.transport {
            (self.certificate, privateKey) = (certificate, key)
        } else {
            http = true
        }
        switch configuration.clientCertificates {
        case .required(let authorities): clientAuthorities = authorities
        case .optional(let authorities): (clientAuthorities, clientCertificateIsOptional) = (authorities, true)
        case nil: break
        }
        if let cors = configuration.cors {
            (corsOrigins, corsCredentials, corsMaxAge, corsHeaders) = (cors.origins, cors.credentials, cors.maxAge, cors.headers)
        }
        auditDirectory = configuration.audit
        monitoring = configuration.monitoring.map { .at(host: $0.host, port: $0.port) } ?? .off
        monitoringIsRequired = configuration.monitoring?.isRequired
        if let api = configuration.api {
            self.api = .at(host: api.host, port: api.port)
            (apiIsPlain, apiClientAuthorities) = (api.isPlain, api.clientAuthorities)
        }
        if let cluster = configuration.cluster {
            (clusterURL, clusterAdapter, clusterPrefix) = (cluster.url, cluster.adapter, cluster.prefix)
            (clusterPasswordFile, clusterAuthorities) = (cluster.passwordFile, cluster.authorities)
            (clusterIsRequired, clusterServesBehind) = (cluster.isRequired, cluster.servesBehind)
            clusterKeyFile = cluster.keyFile
        }
    }

    /// The value of a setting, or its default.
    package subscript(setting: Setting) -> SettingValue { setting.read(self) }

    /// Sets a value of the setting's form.
    package mutating func set(_ setting: Setting, to value: SettingValue) { setting.write(&self, value) }
}

/// Settings whose defaults depend on others.
extension ServerSettings {
    /// The PEM file of the certificate.
    public var certificatePath: String { certificate ?? certificates + "/server.pem" }

    var privateKeyPath: String { privateKey ?? certificates + "/server-key.pem" }

    /// Whether another certificate than the one in ``certificates`` is set.
    public var namesCertificate: Bool { certificate != nil }

    var auditPath: String { auditDirectory ?? state + "/audit" }

    /// Not required by default, so that a second server of this machine starts. With any free port for clients, any is taken here too.
    var monitoringPlace: MonitoringAddress {
        monitoring ?? .at(host: Monitoring().host, port: base.port == 0 ? 0 : Monitoring().port)
    }

    var servesConsole: Bool {
        base.console ?? (Configuration.isLoopback(base.host) && base.unixSocket == nil && !base.strict)
    }

    var requiresMonitoring: Bool { monitoringIsRequired ?? (monitoring != nil) }
}
