import Gatehouse
import GatehouseJSON

/// An error on the client's side of a connection: a stable code, a sentence for a person, the cause where one is known.
public struct SocketIOClientError: Error, Sendable {
    /// The stable reason, for comparing.
    public var code: Code
    /// What happened, in English; names no token.
    public var message: String
    /// The error underneath, if there is one.
    public var cause: (any Error)?
    /// How the connection ended, where the code is ``Code/closed``.
    public var closeReason: CloseReason?
    /// The status of the HTTP response, where the code is ``Code/refused``.
    public var httpStatus: Int?

    init(
        _ code: Code, _ message: String, cause: (any Error)? = nil, closeReason: CloseReason? = nil, httpStatus: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.cause = cause
        self.closeReason = closeReason
        self.httpStatus = httpStatus
    }

    /// A code that can grow: compare with the static members, print `name`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable spelling.
        public let name: String
        /// The stable spelling.
        public var description: String { name }

        /// The address is not `http://host:port` or `https://host:port`.
        public static let addressInvalid = Code(name: "address_invalid")
        /// No TCP or TLS connection came about.
        public static let unreachable = Code(name: "unreachable")
        /// The server answered the handshake with an HTTP error; see ``SocketIOClientError/httpStatus``.
        public static let refused = Code(name: "refused")
        /// What was awaited did not come in time.
        public static let timeout = Code(name: "timeout")
        /// The connection is closed; see ``SocketIOClientError/closeReason``.
        public static let closed = Code(name: "closed")
        /// The namespace is not joined, or is joined or being joined already.
        public static let namespace = Code(name: "namespace")
        /// The server broke the protocol.
        public static let protocolViolation = Code(name: "protocol_violation")
        /// An unexpected event came.
        public static let unexpectedEvent = Code(name: "unexpected_event")
        /// Events came faster than they were read, and the bound was reached.
        public static let inboxFull = Code(name: "inbox_full")
    }
}

extension SocketIOClientError {
    /// An unexpected event came.
    static func unexpected(_ event: ReceivedEvent) -> SocketIOClientError {
        let arguments = JSONValue.array(event.arguments).serialized
        return SocketIOClientError(.unexpectedEvent, "\(event.name) came in \(event.namespace): \(arguments)")
    }
}

extension SocketIOClientError: CustomStringConvertible {
    /// Code, sentence and cause in one line.
    public var description: String {
        guard let cause else { return "\(code): \(message)" }
        return "\(code): \(message) (cause: \(ErrorText.of(cause)))"
    }
}
