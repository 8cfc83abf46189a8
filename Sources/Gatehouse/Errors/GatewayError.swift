public import SocketIO

/// An error that a handler, guard or pipe throws to be answered to the client: a stable code and a message that says what to do.
/// Anything else that is thrown is answered as `internal`, with the details in log and audit only (ERR-02).
public struct GatewayError: Error, Sendable, CustomStringConvertible {
    /// What the client keys on.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The spelling on the wire.
        public let description: String

        /// A code of the gateway's own.
        public init(_ code: ReplyCode) { description = code.rawValue }

        /// A code of the application's: `app.<name>`.
        public static func app(_ name: String) -> Code { Code(description: "app." + name) }

        /// What a deny rule wants its refused clients told (`code`).
        static func policy(_ code: String) -> Code { Code(description: code) }

        /// Not a refusal: what a rule in the mode `warn` says (POL-09).
        static let wouldDeny = Code(description: "would_deny")

        private init(description: String) { self.description = description }
    }

    /// The stable code.
    public var code: Code
    /// What the client is told. It must hold nothing that the client may not know.
    public var message: String
    /// What led to it, for the log; never sent.
    public var cause: (any Error)?
    /// The decision behind it, where one is in the audit log already: the client is told that one.
    var decided: Decided?

    /// A decision that was made, and about whom.
    struct Decided: Sendable {
        let id: String
        let client: SocketID
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

    /// Whether it says that the server, and not its client, is at fault.
    var isFault: Bool { Self.faults.contains(code) }

    private static let faults: Set<Code> = [Code(.internal), Code(.unavailable), Code(.auditUnavailable), Code(.timeout)]

    /// Code, message and cause, for logs.
    public var description: String { "\(code): \(message)" + (cause.map { ": \($0)" } ?? "") }
}
