import ArgumentParser

// The flags of the settings, under the headings that help shows them with. A property has the name of its setting in camel case. What a
// flag means, and which values it takes, is in `Setting.all`.

struct ListeningOptions: SettingFlags {
    @Option(setting: "host") var host: String?
    @Option(setting: "port") var port: String?
    @Option(setting: "path") var path: String?
    @Option(setting: "unix_socket") var unixSocket: String?
    @Flag(setting: "http", alias: "insecure") var http: Bool?
    @Flag(setting: "proxy_protocol") var proxyProtocol: Bool?
    @Option(setting: "health_path") var healthPath: String?
    @Option(setting: "affinity_cookie") var affinityCookie: String?
    @Option(setting: "loops") var loops: String?
    @Flag(setting: "strict") var strict: Bool?
    @Flag(setting: "console") var console: Bool?
    @Option(setting: "console_issuer") var consoleIssuer: String?
    @Option(setting: "console_client") var consoleClient: String?
    @Flag(setting: "admin_ui") var adminUi: Bool?
}

struct TLSOptions: SettingFlags {
    @Option(setting: "certs") var certs: String?
    @Option(setting: "cert") var cert: String?
    @Option(setting: "key") var key: String?
    @Option(setting: "client_ca") var clientCa: String?
    @Flag(setting: "client_cert_optional") var clientCertOptional: Bool?
}

struct CORSOptions: SettingFlags {
    @Option(setting: "cors_origin") var corsOrigin: [String] = []
    @Flag(setting: "cors_credentials") var corsCredentials: Bool?
    @Option(setting: "cors_header") var corsHeader: [String] = []
    @Option(setting: "cors_max_age") var corsMaxAge: String?
}

struct FileOptions: SettingFlags {
    @Option(setting: "policies") var policies: String?
    @Flag(setting: "policy_watch") var policyWatch: Bool?
    @Option(setting: "root") var root: String?
    @Option(setting: "var") var `var`: String?
    @Option(setting: "node") var node: String?
}

struct AuditLogOptions: SettingFlags {
    @Option(setting: "audit") var audit: String?
    @Flag(setting: "accept_broken_audit") var acceptBrokenAudit: Bool?
    @Flag(setting: "accept_missing_state") var acceptMissingState: Bool?
    @Option(setting: "on_audit_failure") var onAuditFailure: String?
    @Option(setting: "checkpoints") var checkpoints: String?
}

struct MonitoringOptions: SettingFlags {
    @Option(setting: "monitoring") var monitoring: String?
    @Flag(setting: "monitoring_required") var monitoringRequired: Bool?
}

struct ApiOptions: SettingFlags {
    @Option(setting: "api") var api: String?
    @Flag(setting: "api_http") var apiHttp: Bool?
    @Option(setting: "api_client_ca") var apiClientCa: String?
}

struct ClusterOptions: SettingFlags {
    @Option(setting: "cluster") var cluster: String?
    @Option(setting: "cluster_adapter") var clusterAdapter: String?
    @Option(setting: "cluster_prefix") var clusterPrefix: String?
    @Option(setting: "cluster_password_file") var clusterPasswordFile: String?
    @Option(setting: "cluster_ca") var clusterCa: String?
    @Flag(setting: "cluster_required") var clusterRequired: Bool?
    @Flag(setting: "cluster_serve_behind") var clusterServeBehind: Bool?
    @Option(setting: "cluster_key_file") var clusterKeyFile: String?
}

struct TimeOptions: SettingFlags {
    @Option(setting: "ping_interval") var pingInterval: String?
    @Option(setting: "ping_timeout") var pingTimeout: String?
    @Option(setting: "connect_timeout") var connectTimeout: String?
    @Option(setting: "upgrade_timeout") var upgradeTimeout: String?
    @Option(setting: "keep_alive") var keepAlive: String?
    @Option(setting: "handler_timeout") var handlerTimeout: String?
    @Option(setting: "drain_timeout") var drainTimeout: String?
}

struct LimitOptions: SettingFlags {
    @Option(setting: "max_payload") var maxPayload: String?
    @Option(setting: "outbound_queue") var outboundQueue: String?
    @Option(setting: "namespaces_per_connection") var namespacesPerConnection: String?
    @Option(setting: "rooms_per_connection") var roomsPerConnection: String?
    @Option(setting: "queued_events") var queuedEvents: String?
    @Option(setting: "streams_per_connection") var streamsPerConnection: String?
    @Option(setting: "attachments") var attachments: String?
}
