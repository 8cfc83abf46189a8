/// Why a server did not start. One line for a person, with what to do next; nothing is half-started (REL-24).
public struct StartError: Error, Sendable, CustomStringConvertible {
    /// The stable reason.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The spelling in logs.
        public let description: String
        private init(_ text: String) { description = text }

        /// Two handlers for one event.
        public static let duplicateRoute = Code("duplicate_route")
        /// A payload's schema has an error.
        public static let schema = Code("schema")
        /// The policies are wrong, do not fit the gateways (GW-03), or fail their own tests.
        public static let policy = Code("policy")
        /// Somebody else could change or read trusted files: one line for each file or directory, with the command that mends it.
        public static let files = Code("files")
        /// The configuration is refused.
        public static let configuration = Code("configuration")
        /// Development keys, certificates or modes although ``Configuration/strict`` is set.
        public static let strict = Code("strict")
        /// Token keys cannot be used.
        public static let tokens = Code("tokens")
        /// The TLS certificate or key cannot be used.
        public static let tls = Code("tls")
        /// The audit log cannot be opened.
        public static let audit = Code("audit")
        /// State of an earlier run is missing.
        public static let state = Code("state")
        /// The store of moderation cannot be opened.
        public static let moderation = Code("moderation")
        /// A gateway threw from ``Gateway/willStart(_:)``.
        public static let gateway = Code("gateway")
        /// The address cannot be listened on.
        public static let listen = Code("listen")
        /// The address of ``Configuration/monitoring`` cannot be listened on.
        public static let monitoring = Code("monitoring")
        /// The address of ``Configuration/api`` cannot be listened on.
        public static let api = Code("api")
    }

    /// The stable reason.
    public var code: Code
    /// The error, and what to do next.
    public var message: String
    /// What led to it.
    public var cause: (any Error)?

    /// An error.
    public init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// Message and cause.
    public var description: String { cause.map { "\(message): \(ErrorText.of($0))" } ?? message }
}
