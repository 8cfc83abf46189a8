public import GatehouseJSON

/// Code around a handler: before it, after it, or instead of it (Nest's interceptors). Interceptors run global, gateway, route, and back in
/// reverse. They see the raw arguments, which are not decoded yet (GW-01).
///
/// One of two forms is enough. ``interceptNow(_:)`` costs no task, whether the handler suspends or not. ``intercept(_:next:)`` stands around
/// the handler and may wait; every event of its routes is a task then.
public protocol Interceptor: Sendable {
    /// The decision, if it is ready at once. Called on the client's event loop; it must not block.
    /// - Returns: `nil` to continue with ``intercept(_:next:)``.
    func interceptNow(_ request: EventRequest) throws -> Interception?

    /// Wraps the handler. Called only if ``interceptNow(_:)`` returned `nil`.
    /// - Parameter next: pipes and handler, or the next interceptor. Call it once, or not at all to answer without the handler.
    /// - Returns: the answer for the client.
    func intercept(_ request: EventRequest, next: @Sendable () async throws -> HandlerOutput) async throws -> HandlerOutput
}

extension Interceptor {
    /// Always asks ``intercept(_:next:)``.
    public func interceptNow(_ request: EventRequest) throws -> Interception? { nil }

    /// Continues.
    public func intercept(_ request: EventRequest, next: @Sendable () async throws -> HandlerOutput) async throws -> HandlerOutput {
        try await next()
    }
}

/// The decision of an interceptor before the handler runs.
public enum Interception: Sendable {
    /// Continue.
    case proceed
    /// Continue; the closure turns the handler's answer or error into the answer for the client. Called on the client's event loop.
    case proceedThen(@Sendable (Result<HandlerOutput, any Error>) throws -> HandlerOutput)
    /// Answer without the handler.
    case answer(HandlerOutput)
}

extension Interceptor {
    /// The call with this interceptor around the rest.
    func around(_ next: @escaping RouteCall) -> RouteCall {
        { payload, context in
            let request = EventRequest(context: context, payload: payload)
            switch try interceptNow(request) {
            case .none:
                return .waiting { try await intercept(request) { try await next(payload, context).finish() } }
            case .proceed: return try next(payload, context)
            case .answer(let output): return .done(output)
            case .proceedThen(let after):
                let progress: RouteProgress
                do {
                    progress = try next(payload, context)
                } catch {
                    return .done(try after(.failure(error)))
                }
                switch progress {
                case .done(let output): return .done(try after(.success(output)))
                case .waiting(let rest):
                    return .waiting {
                        let output: HandlerOutput
                        do {
                            output = try await rest()
                        } catch {
                            return try after(.failure(error))
                        }
                        return try after(.success(output))
                    }
                }
            }
        }
    }
}
