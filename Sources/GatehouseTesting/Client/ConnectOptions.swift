extension SocketIOClient {
    /// The transport.
    public enum Transport: Sendable, Hashable, CaseIterable {
        /// WebSocket from the start.
        case webSocket
        /// HTTP long-polling only.
        case polling
        /// Long-polling first, then the upgrade to WebSocket, as browsers do. The connection is handed out after the upgrade.
        case upgrade
    }

    /// A client's own certificate, for servers that ask for one (mutual TLS).
    public struct Identity: Sendable, Hashable {
        /// PEM file of the certificate, the leaf first.
        public var certificatePath: String
        /// PEM file of its key, readable by its owner only.
        public var privateKeyPath: String

        /// A certificate and its key.
        public init(certificatePath: String, privateKeyPath: String) {
            self.certificatePath = certificatePath
            self.privateKeyPath = privateKeyPath
        }
    }

    /// How to connect.
    public struct Options: Sendable {
        /// The transport.
        public var transport: Transport
        /// PEM file of the authorities to trust over TLS; `nil` for the system's own.
        public var authorityPath: String?
        /// The client's own certificate; `nil` for none.
        public var identity: Identity?
        /// Headers of every HTTP request, such as `("Authorization", "Bearer …")` or `("Origin", "…")`.
        public var headers: [(String, String)]
        /// The path of the endpoint.
        public var path: String
        /// More query parameters, already percent-encoded, as in `token=abc`; tests of refusals need it.
        public var query: String
        /// The time for connecting, and for every answer where no other time is given.
        public var timeout: Duration
        /// The namespace of calls that name none. Connecting does not join it.
        public var namespace: String
        /// Events kept while nobody asks for them; one more closes the connection.
        public var inboxLimit: Int
        /// Whether each POST of long-polling has its own connection. A server whose clock is moved may close an idle one just when the
        /// client uses it again.
        var closesIdleConnections = false

        /// Options; every one has a default.
        public init(
            transport: Transport = .webSocket,
            authorityPath: String? = nil,
            identity: Identity? = nil,
            headers: [(String, String)] = [],
            path: String = "/socket.io/",
            query: String = "",
            timeout: Duration = .seconds(5),
            namespace: String = "/",
            inboxLimit: Int = 16_384
        ) {
            self.transport = transport
            self.authorityPath = authorityPath
            self.identity = identity
            self.headers = headers
            self.path = path
            self.query = query
            self.timeout = timeout
            self.namespace = namespace
            self.inboxLimit = inboxLimit
        }
    }
}
