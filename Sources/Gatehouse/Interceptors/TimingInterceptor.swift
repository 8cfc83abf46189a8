import NIOCore

/// Measures how long handlers take, pipes and inner interceptors included, into the server's metrics: `gatehouse_handler_seconds` by
/// namespace, event and outcome, in `/metrics` and in the backend of swift-metrics. It costs no task.
public struct TimingInterceptor: Interceptor {
    /// Goes on, and measures at the end.
    public func interceptNow(_ request: EventRequest) throws -> Interception? {
        let context = request.context
        let runtime = context.client.server.runtime
        let began = runtime.clock.now()
        return .proceedThen { result in
            runtime.handlerTimes.note(
                HandlerTimes.Key(namespace: context.mountedName, event: context.event, outcome: HandlerOutcome.code(of: result)),
                runtime.clock.now() - began)
            return try result.get()
        }
    }
}

extension Interceptor where Self == TimingInterceptor {
    /// Measures how long handlers take, into the server's metrics.
    public static var timing: TimingInterceptor { TimingInterceptor() }
}
