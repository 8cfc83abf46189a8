/// Code around a handler: before it, after it, or instead of it (Nest's interceptors). Interceptors run global, gateway, route, and back in
/// reverse; the payload is not yet decoded when they are entered (GW-01). They are composed once, when the gateway is mounted.
public protocol Interceptor: Sendable {
    /// - Parameter next: pipes and handler, or the next interceptor. Call it once, or not at all to answer without the handler.
    /// - Returns: what the client is answered.
    func intercept(
        _ context: EventContext, next: @Sendable () async throws -> HandlerOutput
    ) async throws -> HandlerOutput
}
