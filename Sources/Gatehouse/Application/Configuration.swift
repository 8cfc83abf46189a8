/// How a server runs. Every path is relative to the working directory unless absolute; every limit has its default from the specification
/// and cannot exceed its hard maximum.
public struct Configuration: Sendable {
    /// How clients reach the server.
    public enum Transport: Sendable, Equatable {
        /// TLS 1.2 and 1.3, with a PEM certificate chain and its PEM key (readable by their owner only).
        case tls(certificate: String, privateKey: String)
        /// Plain HTTP. Beyond loopback it is for proxies that end TLS: `trusted_proxies` of the policies name them, and nobody else is
        /// served.
        case insecure
    }

    /// The address to listen on.
    public var host = "127.0.0.1"
    /// The port; 0 takes a free one.
    public var port = 8443
    /// The file of a Unix domain socket to listen on, in the place of `host` and `port`; `nil`: none. Its owner and group may connect, as
    /// trusted proxies.
    public var unixSocket: String?
    /// TLS or not.
    public var transport: Transport
    /// Whether connections of trusted proxies begin with a PROXY header (version 1 or 2) that names their client. Trusted proxies without
    /// one are disconnected; it is not read from other peers.
    public var proxyProtocol = false
    /// A path of this port that answers GET with 200 while every event loop answers, for platforms which probe no other port; `nil`: none.
    public var healthPath: String?
    /// The name of a cookie that names this node to load balancers, set at each polling handshake; `nil`: none. For several nodes behind
    /// one address: letters, digits, `_`, `-` and `.`, and ``node`` has no others either.
    public var affinityCookie: String?
    /// Whether the console for staff is under `/console/` of this port; `nil`: for this machine alone, where `host` is a loopback address and
    /// `strict` is off.
    public var console: Bool?
    /// The OpenID Connect issuer at which staff may sign in to the console, by authorization code with PKCE; `nil`: with a token alone. Its
    /// endpoints have its origin. The tokens that it issues must be good for `/admin` by the policies.
    public var consoleIssuer: String?
    /// The name of the console as a client of that issuer.
    public var consoleClient = "gatehouse-console"
    /// Whether the Socket.IO Admin UI, a page of the Socket.IO project, may connect: the namespace `/admin-ui`, beside the `AdminGateway`. It
    /// needs a policy of its own.
    public var adminUI = false
    /// Which clients to ask for a certificate (mutual TLS); `nil`: none. The file of authorities is watched as the certificate is.
    public var clientCertificates: ClientCertificates?
    /// Which pages of other origins may read answers; `nil`: none, and no `Access-Control-*` field is ever sent.
    public var cors: CORS?
    /// The directory of the policy files.
    public var policies = "policies"
    /// Whether policies are read again as soon as one of their files has changed. SIGHUP and `policy.reload` read them in any case.
    public var watchesPolicies = true
    /// The directory that the paths of keys in policy files are relative to, wherever those files are.
    public var root = "."
    /// The directory of the audit log.
    public var audit = "var/audit"
    /// Start although the audit log does not verify. The log records it, and `gatehouse audit verify` still finds the damage (AUD-33).
    public var acceptsBrokenAudit = false
    /// Start although state of an earlier run is missing, such as the store of revoked tokens. It is created anew, and the log records it.
    public var acceptsMissingState = false
    /// What the server does while the audit log cannot be written.
    public var auditFailure = AuditFailure.failOperation
    /// A second place for signed checkpoints of the audit log. Only checkpoints off this host show that its owner rewrote the end of the
    /// log (AUD-26).
    public var auditCheckpoints: CheckpointTarget?
    /// The name of this node in audit records.
    public var node = "gatehouse"
    /// Where the server serves health and metrics; `nil`: nowhere.
    public var monitoring: Monitoring?
    /// Where back ends call the server over HTTP; `nil`: nowhere.
    public var api: BackEndAPI?
    /// The cluster that the server is a node of; `nil`: it is alone. The program needs `GatehouseCluster`.
    public var cluster: ClusterSettings?
    /// Event loops. One serves well over 100,000 messages a second; more help with TLS handshakes.
    public var eventLoops = 1
    /// The path of the Socket.IO endpoint, which is served with and without a slash at its end.
    public var path = "/socket.io/"
    /// How long a handler may take before its client is answered `timeout`.
    public var handlerTimeout: Duration = .seconds(10)
    /// How long a stop waits for clients.
    public var drainTimeout: Duration = .seconds(30)
    /// Refuse to start with development keys and certificates, and with modes other than enforce.
    public var strict = false
    /// Limits of transports and sessions.
    public var limits = Limits()

    /// A configuration with defaults for everything but the transport.
    public init(transport: Transport) { self.transport = transport }
}

/// Limits on what a peer can cause. Sizes are in bytes.
public struct Limits: Sendable, Equatable {
    /// The largest message, frame and POST body; at most 1 MiB.
    public var maxPayload = 65_536
    /// How often the server pings; at most 300 s.
    public var pingInterval: Duration = .seconds(25)
    /// How long it waits for the pong; at most 120 s.
    public var pingTimeout: Duration = .seconds(20)
    /// How long an upgrade may take; at most 30 s.
    public var upgradeTimeout: Duration = .seconds(10)
    /// How long a connection may be in no namespace; at most 45 s.
    public var connectTimeout: Duration = .seconds(5)
    /// How long a kept-alive HTTP connection may be silent; at most an hour. Keep it longer than a load balancer does, 60 s mostly.
    public var keepAlive: Duration = .seconds(75)
    /// Bytes that may be queued for a slow client; at most 8 MiB.
    public var outboundQueue = 1_048_576
    /// Namespaces of one connection; at most 64.
    public var namespacesPerConnection = 8
    /// Rooms of one client; at most 1,024.
    public var roomsPerConnection = 128
    /// Events that wait for the handler of an earlier one; at most 1,024.
    public var queuedEvents = 64
    /// Streams that handlers return, at the same time on one connection; at most 1,024.
    public var streamsPerConnection = 16
    /// Attachments of one packet; at most 64.
    public var attachments = 10

    /// The defaults.
    public init() {}
}
