public import SocketIO

/// An error that a handler, guard or pipe throws to be answered to the client: a stable code and a message that says what to do.
/// Anything else that is thrown is answered as `internal`, with the details in log and audit only (ERR-02).
public struct GatewayError: Error, Sendable, CustomStringConvertible {
    /// The code that clients key on.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The spelling on the wire.
        public let description: String

        /// A code of the gateway's own.
        public init(_ code: ReplyCode) { description = code.rawValue }

        /// A code of the application's: `app.<name>`.
        public static func app(_ name: String) -> Code { Code(description: "app." + name) }

        /// The `code` of a deny rule, for refused clients.
        static func policy(_ code: String) -> Code { Code(description: code) }

        /// Not a refusal: the warning of a rule in the mode `warn` (POL-09).
        static let wouldDeny = Code(description: "would_deny")

        private init(description: String) { self.description = description }
    }

    /// The stable code.
    public var code: Code
    /// The message for the client. It must hold nothing that the client may not know.
    public var message: String
    /// What led to it, for the log; never sent.
    public var cause: (any Error)?
    /// The decision behind it, if the audit log has one already: the client gets its id.
    var decided: Decided?

    /// A decision, and the client that it concerns.
    struct Decided: Sendable {
        let id: String
        let client: SocketID
        /// Whether the refusal counts as a broken rule. What staff have restricted for a time does not.
        var isViolation = true
    }

    /// An error with a code of the application's, sent as `app.<name>`.
    public static func app(_ name: String, _ message: String, cause: (any Error)? = nil) -> GatewayError {
        GatewayError(code: .app(name), message: message, cause: cause)
    }

    /// An error with one of the gateway's codes.
    public init(_ code: ReplyCode, _ message: String, cause: (any Error)? = nil) {
        self.init(code: Code(code), message: message, cause: cause)
    }

    /// An error with any code.
    public init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// Whether the server, not the client, is at fault.
    var isFault: Bool { Self.faults.contains(code) }

    /// Whether the client could not avoid it: the server is at fault, or the resource is shared with others.
    var isNotClientsDoing: Bool { isFault || code == Code(.roomLocked) || code == Code(.limit) }

    private static let faults: Set<Code> = [Code(.internal), Code(.unavailable), Code(.auditUnavailable), Code(.timeout)]

    /// Code, message and cause, for logs.
    public var description: String { "\(code): \(message)" + (cause.map { ": \($0)" } ?? "") }
}
