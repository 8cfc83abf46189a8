import EngineIO
import GatehousePolicy

extension Setting {
    /// Every setting of a server, in the order in which they are shown. A setting whose default depends on another stands behind it.
    ///
    /// Add each new member of ``Configuration`` here, and its flag to `ServeOptions`; tests find what is missing.
    public static let all: [Setting] = listening + tls + cors + files + audit + monitoring + api + cluster + times + limits

    private static let listening: [Setting] = [
        .text(
            "host", .listening, "host", \.base.host, as: "address", "an address of this machine",
            "The address to listen on."),
        .count("port", .listening, "port", \.base.port, 0...65_535, "The port; 0 takes a free one."),
        .text(
            "path", .listening, "path", \.base.path, as: "path", "a path that starts with / and has 128 bytes at most",
            where: { $0.hasPrefix("/") && $0.utf8.count <= 128 },
            "The path of the Socket.IO endpoint, as clients have it in their path option; it is served with and without its last slash."),
        .text(
            "unix_socket", .listening, "unixSocket", \.base.unixSocket, as: "file", "a file of at most 100 bytes",
            where: { $0.utf8.count <= 100 },
            "Listen on this Unix domain socket, in the place of `host` and `port`. Its owner and group may connect, as trusted proxies."),
        .toggle(
            "http", .listening, "transport", \.http,
            "Plain HTTP. On any address but a loopback one only trusted_proxies of the policies are served, which end TLS."),
        .toggle(
            "proxy_protocol", .listening, "proxyProtocol", \.base.proxyProtocol,
            "Connections of trusted proxies begin with a PROXY header, version 1 or 2."),
        .text(
            "health_path", .listening, "healthPath", \.base.healthPath, as: "path", "a path that starts with / and has 128 bytes at most",
            where: { $0.hasPrefix("/") && $0.utf8.count <= 128 && !$0.utf8.contains(0x3F) },
            "A path of this port that answers 200 while every event loop does, for platforms that probe no other."),
        .text(
            "affinity_cookie", .listening, "affinityCookie", \.base.affinityCookie, as: "name", "1 to 64 letters, digits, _ - and .",
            where: AffinityCookie.isPlain,
            "A cookie with the name of the node, set at each polling handshake, for load balancers before several nodes."),
        .count("loops", .listening, "eventLoops", \.base.eventLoops, 1...256, "Event loops, each a thread."),
        .toggle(
            "strict", .listening, "strict", \.base.strict,
            "Refuse to start with development keys and certificates, and with policies that do not enforce."),
        .init(
            name: "console", group: .listening, member: "console",
            meaning: "The console for staff, under /console/ of this port.",
            defaultNote: "for this machine alone where `host` is a loopback address without `strict`, else false", form: .toggle,
            read: { .toggle($0.servesConsole) },
            write: { if case .toggle(let isServed) = $1 { $0.base.console = isServed } }),
        .text(
            "console_issuer", .listening, "consoleIssuer", \.base.consoleIssuer, as: "url", ConsoleIssuer.expected,
            where: { ConsoleIssuer($0) != nil },
            "Staff may sign in to the console at this OpenID Connect issuer, by authorization code with PKCE."),
        .text(
            "console_client", .listening, "consoleClient", \.base.consoleClient, as: "name", "1 to 128 bytes",
            where: { $0.utf8.count <= 128 },
            "The name of the console as a client of `console_issuer`."),
        .toggle(
            "admin_ui", .listening, "adminUI", \.base.adminUI,
            "Let the Socket.IO Admin UI connect, to the namespace `/admin-ui`, which needs a policy."),
    ]

    private static let tls: [Setting] = [
        .text(
            "certs", .tls, nil, \.certificates, as: "directory", "a directory",
            "Where server.pem and server-key.pem are, unless `cert` and `key` name others."),
        .text(
            "cert", .tls, "transport.tls.certificate", \.certificate, or: { $0.certificatePath }, as: "file", "a PEM file",
            default: "server.pem in `certs`", "The certificate, the leaf first."),
        .text(
            "key", .tls, "transport.tls.privateKey", \.privateKey, or: { $0.privateKeyPath }, as: "file", "a PEM file",
            default: "server-key.pem in `certs`", "Its private key."),
        .text(
            "client_ca", .tls, "clientCertificates", \.clientAuthorities, as: "file", "a PEM file",
            "Clients must show a certificate of these authorities (mutual TLS)."),
        .toggle(
            "client_cert_optional", .tls, "clientCertificates", \.clientCertificateIsOptional,
            "With `client_ca`: clients may also come without a certificate."),
    ]

    private static let cors: [Setting] = [
        .list(
            "cors_origin", .cors, "cors.origins", \.corsOrigins, as: "origin", OriginPattern.form,
            where: OriginPattern.isValid,
            "Pages of this origin may read answers of long-polling. Whether they may connect is for the policies to say."),
        .toggle(
            "cors_credentials", .cors, "cors.credentials", \.corsCredentials,
            "With `cors_origin`: such pages may send cookies along, for a load balancer."),
        .list(
            "cors_header", .cors, "cors.headers", \.corsHeaders, as: "name", "the name of a header field, as X-Request-ID",
            where: CORS.isFieldName,
            "With `cors_origin`: a header field that such pages may send besides Content-Type and Authorization."),
        .time(
            "cors_max_age", .cors, "cors.maxAge", \.corsMaxAge, .zero ... .seconds(86_400),
            "With `cors_origin`: how long a browser may remember the answer to a preflight."),
    ]

    private static let files: [Setting] = [
        .text("policies", .files, "policies", \.base.policies, as: "directory", "a directory", "The policies."),
        .toggle(
            "policy_watch", .files, "watchesPolicies", \.base.watchesPolicies,
            "Read the policies again as soon as a file has changed. SIGHUP and `gatehouse policy reload` read them in any case."),
        .text(
            "root", .files, "root", \.base.root, as: "directory", "a directory",
            "The paths of keys in the policies are relative to it; . is the working directory."),
        .text(
            "var", .files, nil, \.state, as: "directory", "a directory",
            "Where the server writes: moderation.sqlite, and the audit log unless `audit` says otherwise."),
        .text(
            "node", .files, "node", \.base.node, as: "name", "1 to 128 bytes", where: { $0.utf8.count <= 128 },
            "The name of this server in audit records. It cannot change within one log."),
    ]

    private static let audit: [Setting] = [
        .text(
            "audit", .audit, "audit", \.auditDirectory, or: { $0.auditPath }, as: "directory", "a directory", default: "audit in `var`",
            "The audit log and the keys that sign it."),
        .toggle(
            "accept_broken_audit", .audit, "acceptsBrokenAudit", \.base.acceptsBrokenAudit,
            "Start behind an audit log that does not verify; the log records it."),
        .toggle(
            "accept_missing_state", .audit, "acceptsMissingState", \.base.acceptsMissingState,
            "Start although something that an earlier run kept is missing, such as moderation.sqlite; the log records it."),
        .choice(
            "on_audit_failure", .audit, "auditFailure", \.base.auditFailure,
            "While the audit log cannot be written: refuse what staff ask for and new connections, stop, or lose records."),
        .text(
            "checkpoints", .audit, "auditCheckpoints", \.checkpoints, as: "file", "a file, or - for the standard output",
            "A second place for checkpoints of the audit log. Only one that is kept elsewhere shows that the end was rewritten."),
    ]

    private static let monitoring: [Setting] = [
        .text(
            "monitoring", .monitoring, "monitoring", \.monitoringText, or: { $0.monitoringPlace.text }, as: "address:port",
            MonitoringAddress.expected, where: { MonitoringAddress($0) != nil },
            default: "127.0.0.1:9464; any port where `port` is 0",
            "Where /healthz, /readyz and /metrics are, over plain HTTP, for anybody who reaches it."),
        .init(
            name: "monitoring_required", group: .monitoring, member: "monitoring.isRequired",
            meaning: "Refuse to start where `monitoring` cannot listen, as beside another server.",
            defaultNote: "true where `monitoring` is set", form: .toggle, read: { .toggle($0.requiresMonitoring) },
            write: { if case .toggle(let isRequired) = $1 { $0.monitoringIsRequired = isRequired } }),
    ]

    private static let api: [Setting] = [
        .text(
            "api", .api, "api", \.apiText, or: { _ in "off" }, as: "address:port", MonitoringAddress.expected,
            where: { MonitoringAddress($0) != nil },
            "Where back ends call /api/emit, /api/rooms, /api/presence and /api/disconnect, as _api.yaml of the policies allows."),
        .toggle(
            "api_http", .api, "api.isPlain", \.apiIsPlain,
            "With `api`: plain HTTP, on a loopback address. Otherwise it is TLS with `cert`, unless `http` is set."),
        .text(
            "api_client_ca", .api, "api.clientAuthorities", \.apiClientAuthorities, as: "file", "a PEM file",
            "With `api`: callers must show a certificate of these authorities (mutual TLS), beside their token."),
    ]

    private static let cluster: [Setting] = [
        .text(
            "cluster", .cluster, "cluster.url", \.clusterURL, as: "url", ClusterSettings.form, where: ClusterSettings.isURL,
            "The Redis (7 or later) over which several nodes are one server. Its password is in `cluster_password_file`."),
        .choice(
            "cluster_adapter", .cluster, "cluster.adapter", \.clusterAdapter,
            "With `cluster`: which adapter of Node's Socket.IO servers the nodes speak with each other, all of them the same."),
        .text(
            "cluster_prefix", .cluster, "cluster.prefix", \.clusterPrefix, as: "text", "1 to 64 letters, digits, _ - . and :",
            where: ClusterSettings.isPrefix, "With `cluster`: what the names of all channels and keys begin with."),
        .text(
            "cluster_password_file", .cluster, "cluster.passwordFile", \.clusterPasswordFile, as: "file", "a file",
            "With `cluster`: the password, in the first line of a file that only its owner may read. The file is read for each new connection."
        ),
        .text(
            "cluster_ca", .cluster, "cluster.authorities", \.clusterAuthorities, as: "file", "a PEM file",
            "With `cluster` over TLS: the authorities to trust; the system's own without it."),
        .toggle(
            "cluster_required", .cluster, "cluster.isRequired", \.clusterIsRequired,
            "With `cluster`: refuse to start while Redis does not answer, and turn newcomers away at /readyz while it is away."),
        .toggle(
            "cluster_serve_behind", .cluster, "cluster.servesBehind", \.clusterServesBehind,
            "With `cluster`: let clients in at a start without Redis, although bans of other nodes may have been missed."),
        .text(
            "cluster_key_file", .cluster, "cluster.keyFile", \.clusterKeyFile, as: "file", "a file",
            "With `cluster`: a secret of 32 bytes or more that all nodes share. Acts of staff are then taken from nodes that know it alone."
        ),
    ]

    private static let times: [Setting] = [
        .time(
            "ping_interval", .times, "limits.pingInterval", \.base.limits.pingInterval, .milliseconds(100) ... .seconds(300),
            "How often the server pings each client."),
        .time(
            "ping_timeout", .times, "limits.pingTimeout", \.base.limits.pingTimeout, .milliseconds(100) ... .seconds(120),
            "How long it waits for the pong."),
        .time(
            "connect_timeout", .times, "limits.connectTimeout", \.base.limits.connectTimeout, .milliseconds(100) ... .seconds(45),
            "How long a connection may be in no namespace."),
        .time(
            "upgrade_timeout", .times, "limits.upgradeTimeout", \.base.limits.upgradeTimeout, .milliseconds(100) ... .seconds(30),
            "How long an upgrade from polling to WebSocket may take."),
        .time(
            "keep_alive", .times, "limits.keepAlive", \.base.limits.keepAlive, .seconds(1) ... .seconds(3_600),
            "How long a kept-alive HTTP connection may be silent. Keep it longer than a load balancer in front does."),
        .time(
            "handler_timeout", .times, "handlerTimeout", \.base.handlerTimeout, .milliseconds(10) ... .seconds(300),
            "How long a handler may take before its client is answered timeout."),
        .time(
            "drain_timeout", .times, "drainTimeout", \.base.drainTimeout, .zero ... .seconds(300), "How long a stop waits for clients."),
    ]

    private static let limits: [Setting] = [
        .size(
            "max_payload", .limits, "limits.maxPayload", \.base.limits.maxPayload, 1_024...1_048_576,
            "The largest message, frame and POST body."),
        .size(
            "outbound_queue", .limits, "limits.outboundQueue", \.base.limits.outboundQueue, 65_536...8_388_608,
            "What may be queued for a slow client."),
        .count(
            "namespaces_per_connection", .limits, "limits.namespacesPerConnection", \.base.limits.namespacesPerConnection, 1...64,
            "Namespaces of one connection."),
        .count(
            "rooms_per_connection", .limits, "limits.roomsPerConnection", \.base.limits.roomsPerConnection, 1...1_024,
            "Rooms of one client."),
        .count(
            "queued_events", .limits, "limits.queuedEvents", \.base.limits.queuedEvents, 1...1_024,
            "Events that wait for the handler of an earlier one."),
        .count(
            "streams_per_connection", .limits, "limits.streamsPerConnection", \.base.limits.streamsPerConnection, 0...1_024,
            "Streams that handlers return, at the same time on one connection."),
        .count("attachments", .limits, "limits.attachments", \.base.limits.attachments, 0...64, "Binary attachments of one packet."),
    ]
}

extension ServerSettings {
    fileprivate var checkpoints: String? {
        get {
            switch base.auditCheckpoints {
            case nil: nil
            case .file(let path): path
            case .standardOutput: "-"
            }
        }
        set { base.auditCheckpoints = newValue.map { $0 == "-" ? .standardOutput : .file($0) } }
    }

    fileprivate var apiText: String? {
        get { api?.text }
        set { api = newValue.flatMap(MonitoringAddress.init) }
    }

    fileprivate var monitoringText: String? {
        get { monitoring?.text }
        set { monitoring = newValue.flatMap(MonitoringAddress.init) }
    }
}
