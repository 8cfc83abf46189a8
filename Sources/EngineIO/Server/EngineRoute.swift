import NIOCore

/// What answers on a path.
package enum EngineRoute: Sendable {
    /// Engine.IO with an application of its own, one per event loop.
    case engine(@Sendable (EngineLoop) -> any EngineApplication)
    /// Plain WebSocket, with its own limits.
    case webSocket(WebSocketLimits, @Sendable (EngineLoop, EngineRequest) -> any WebSocketReceiver)
    /// A fixed answer to GET, such as a health check.
    case http(@Sendable (EngineRequest) -> HTTPResponse)
}
