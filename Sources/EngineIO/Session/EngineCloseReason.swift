/// Why a session ended (API-06). The text is what `disconnect` hooks get.
package struct EngineCloseReason: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    /// The connection broke, or carried bytes that are not WebSocket.
    package static let transportError = Self("transport error")
    /// The client ended the connection.
    package static let transportClose = Self("transport close")
    /// The application closed it.
    package static let forcedClose = Self("forced close")
    package static let forcedServerClose = Self("forced server close")
    package static let pingTimeout = Self("ping timeout")
    /// The client sent what is not Engine.IO.
    package static let parseError = Self("parse error")
    package static let slowConsumer = Self("slow consumer")
    package static let serverShuttingDown = Self("server shutting down")

    /// Whether queued packets and the close should still reach a polling client that has no waiting request, when the engine itself closes
    /// the session.
    var isOrderly: Bool {
        switch self {
        case .transportError, .transportClose, .pingTimeout, .parseError, .slowConsumer: false
        default: true
        }
    }
}
