import EngineIO

/// Why a socket left its namespace, in the words that Socket.IO servers use (API-06).
public enum DisconnectReason: String, Sendable, Hashable, CustomStringConvertible {
    /// The transport failed, or was cut off without its closing handshake.
    case transportError = "transport error"
    /// The peer closed its transport.
    case transportClose = "transport close"
    /// The server's Engine.IO layer closed the session.
    case forcedClose = "forced close"
    /// No pong came in time.
    case pingTimeout = "ping timeout"
    /// A message was not a Socket.IO packet.
    case parseError = "parse error"
    /// The server is stopping.
    case serverShuttingDown = "server shutting down"
    /// The server closed the whole connection on purpose: a kick, a ban, an ended token.
    case forcedServerClose = "forced server close"
    /// The client left the namespace.
    case clientNamespaceDisconnect = "client namespace disconnect"
    /// The server put the socket out of the namespace.
    case serverNamespaceDisconnect = "server namespace disconnect"

    /// The reason as text.
    public var description: String { rawValue }
}

extension DisconnectReason {
    /// The reason that sockets get when their session ends without a close by the server.
    init(_ reason: EngineCloseReason) {
        // The engine cut off a slow client: for its handlers this is a forced close.
        self = DisconnectReason(rawValue: reason.description) ?? .forcedClose
    }

    var engineReason: EngineCloseReason {
        switch self {
        case .parseError: .parseError
        case .serverShuttingDown: .serverShuttingDown
        default: .forcedServerClose
        }
    }
}
