import EngineIO
package import GatehouseJSON

/// A client's CONNECT that waits for its answer. Bound to the connection's event loop.
///
/// Exactly one of ``accept(_:)`` and ``refuse(_:)`` takes effect; a second answer, or an answer after the connection has gone,
/// does nothing. Until then the client has neither a socket nor a room (GW-02).
package final class ConnectAttempt {
    package let connection: SocketIOConnection
    package let definition: NamespaceDefinition
    /// The payload of CONNECT. The layer above takes the token out of it before accepting (SIO-12).
    package var auth: JSONObject
    /// By which the client may come back later, and what it asks for now. The layer above sets it before accepting; `nil`: it may not.
    package var recovery: RecoveryAdmission?
    /// What became of it; known when the attempt is accepted, `nil` if the client asked for nothing.
    package internal(set) var recovered: Result<RecoveredSession, RecoveryRefusal>?
    package private(set) var isAnswered = false

    init(connection: SocketIOConnection, definition: NamespaceDefinition, auth: JSONObject) {
        self.connection = connection
        self.definition = definition
        self.auth = auth
    }

    /// Whether an answer still has an effect.
    package var isOpen: Bool { !isAnswered && !connection.isClosed }

    /// Acknowledges the CONNECT.
    /// - Parameter makeState: makes what the layer above keeps with the socket; it is in place before the client or anyone else sees the
    ///   socket.
    /// - Returns: the socket, or `nil` if the connection has gone.
    @discardableResult
    package func accept(_ makeState: (Socket) -> AnyObject?) -> Socket? {
        guard isOpen else { return nil }
        isAnswered = true
        return connection.accept(self, makeState)
    }

    /// Answers with CONNECT_ERROR.
    package func refuse(_ refusal: ConnectRefusal) {
        guard isOpen else { return }
        isAnswered = true
        connection.refuse(self, refusal)
    }

    func cancel() { isAnswered = true }
}

@available(*, unavailable)
extension ConnectAttempt: Sendable {}

/// The payload of a CONNECT_ERROR: `{"message":m,"data":{"code":c,"decision":d}}` (SIO-03), and `retry` beside them where it is known when
/// another attempt will be looked at.
package struct ConnectRefusal: Sendable {
    package var message: String
    package var code: String
    package var decision: String
    /// Seconds until another attempt makes sense.
    package var retryAfter: Int?
    /// Whether the client's own doing led to it. Only such refusals count towards the end of the connection: what an address owes, its
    /// neighbours may have done.
    package var isClientsDoing = true
    /// Whether the client has asked to join too often, and may come back later.
    package var isTooOften = false

    package init(message: String, code: String, decision: String, retryAfter: Int? = nil, isClientsDoing: Bool = true) {
        self.message = message
        self.code = code
        self.decision = decision
        self.retryAfter = retryAfter
        self.isClientsDoing = isClientsDoing
    }
}
