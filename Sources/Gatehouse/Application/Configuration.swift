/// How a server runs. Every path is relative to the working directory unless absolute; every limit has its default from the protocol
/// requirements and cannot exceed its hard maximum.
public struct Configuration: Sendable {
    /// How clients reach the server.
    public enum Transport: Sendable, Equatable {
        /// TLS 1.2 and 1.3, with a PEM certificate chain and its PEM key (readable by their owner only).
        case tls(certificate: String, privateKey: String)
        /// Plain HTTP. Refused on any address but a loopback one.
        case insecure
    }

    /// The address to listen on.
    public var host = "127.0.0.1"
    /// The port; 0 takes a free one.
    public var port = 8443
    /// TLS or not.
    public var transport: Transport
    /// Whom to ask for a certificate (mutual TLS); `nil`: nobody. The file of authorities is watched as the certificate is.
    public var clientCertificates: ClientCertificates?
    /// Which pages of other origins may read answers; `nil`: none, and no `Access-Control-*` field is ever sent.
    public var cors: CORS?
    /// The directory of the policy files.
    public var policies = "policies"
    /// The directory that the paths of keys in policy files are relative to, wherever those files are.
    public var root = "."
    /// The directory of the audit log.
    public var audit = "var/audit"
    /// Start behind an audit log that does not verify, instead of refusing to start. The log says so, and the damage stays for
    /// `gatehouse audit verify` to find (AUD-33).
    public var acceptsBrokenAudit = false
    /// What becomes of the server while the audit log cannot be written.
    public var auditFailure = AuditFailure.failOperation
    /// Where signed checkpoints of the audit log go besides the file beside it. Only what is kept off this host shows that its owner rewrote the
    /// end of the log (AUD-26).
    public var auditCheckpoints: CheckpointTarget?
    /// The name of this node in audit records.
    public var node = "gatehouse"
    /// Where the server tells of its health and gives its metrics; `nil`: nowhere.
    public var monitoring: Monitoring?
    /// Event loops. One serves well over 100,000 messages a second; more help with TLS handshakes.
    public var eventLoops = 1
    /// The path of the Socket.IO endpoint.
    public var path = "/socket.io/"
    /// How long a handler may take before its client is answered `timeout`.
    public var handlerTimeout: Duration = .seconds(10)
    /// How long a stop waits for clients.
    public var drainTimeout: Duration = .seconds(30)
    /// Refuse to start with what is fit for development only: development keys and certificates, modes other than enforce.
    public var strict = false
    /// Limits of transports and sessions.
    public var limits = Limits()

    /// A configuration with defaults for everything but the transport.
    public init(transport: Transport) { self.transport = transport }
}

/// Bounds on what a peer can make the server do. Sizes are bytes.
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
    /// What may be queued for a slow client; at most 8 MiB.
    public var outboundQueue = 1_048_576
    /// Namespaces of one connection; at most 64.
    public var namespacesPerConnection = 8
    /// Rooms of one client; at most 1,024.
    public var roomsPerConnection = 128
    /// Events that wait for the handler of an earlier one; at most 1,024.
    public var queuedEvents = 64
    /// Attachments of one packet; at most 64.
    public var attachments = 10

    /// The defaults.
    public init() {}
}
