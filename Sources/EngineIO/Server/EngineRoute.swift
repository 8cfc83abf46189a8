import NIOCore

/// The handler of a path.
package enum EngineRoute: Sendable {
    /// Engine.IO with an application of its own, one per event loop.
    case engine(@Sendable (EngineLoop) -> any EngineApplication)
    /// Plain WebSocket, with its own limits.
    case webSocket(WebSocketLimits, @Sendable (EngineLoop, EngineRequest) -> any WebSocketReceiver)
    /// An answer to GET that is ready at once.
    case http(@Sendable (EngineRequest) -> HTTPResponse)
    /// An answer to GET that has to be gathered first, such as a health check. After `EngineTimeouts.answer` the client is cut.
    case gathered(@Sendable (EngineRequest) async -> HTTPResponse)
    /// An answer to POST: the closure sees the head, on the event loop, and says what becomes of the body. It gets requests with other
    /// methods too, to refuse them. After `EngineTimeouts.answer` the client is cut, and the answer still made.
    case posted(@Sendable (EngineRequest) -> PostedBody)
    /// An answer to GET for monitoring. It is given even if there is no room for clients, and does not keep a connection open.
    case probe(@Sendable () async -> HTTPResponse)
}
