import NIOCore

/// What answers on a path.
package enum EngineRoute: Sendable {
    /// Engine.IO with an application of its own, one per event loop.
    case engine(@Sendable (EngineLoop) -> any EngineApplication)
    /// Plain WebSocket, with its own limits.
    case webSocket(WebSocketLimits, @Sendable (EngineLoop, EngineRequest) -> any WebSocketReceiver)
    /// An answer to GET that is there at once.
    case http(@Sendable (EngineRequest) -> HTTPResponse)
    /// An answer to GET that has to be gathered first, such as a health check. Whoever waits longer than `EngineTimeouts.answer` is cut.
    case gathered(@Sendable (EngineRequest) async -> HTTPResponse)
}
