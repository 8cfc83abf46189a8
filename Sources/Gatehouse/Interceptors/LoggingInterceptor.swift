public import Logging
import NIOCore

/// Writes a line for each event whose handler has ended: event, namespace, client, user, how long it took, and the code if it failed. No
/// payload, no claim. It costs no task.
public struct LoggingInterceptor: Interceptor {
    let level: Logger.Level
    let logger: Logger?

    /// Goes on, and writes at the end.
    public func interceptNow(_ request: EventRequest) throws -> Interception? {
        let context = request.context
        let runtime = context.client.server.runtime
        let logger = logger ?? runtime.logger
        guard logger.logLevel <= level else { return .proceed }
        let began = runtime.clock.now()
        return .proceedThen { result in
            let milliseconds = Double((runtime.clock.now() - began).nanoseconds / 1_000) / 1_000
            logger.log(
                level: level, "an event was handled",
                metadata: [
                    "event": "\(context.event)", "namespace": "\(context.namespace)", "client": "\(context.client.id)",
                    "user": "\(context.principal)", "ms": "\(milliseconds)", "outcome": "\(HandlerOutcome.code(of: result))",
                ])
            return try result.get()
        }
    }
}

extension Interceptor where Self == LoggingInterceptor {
    /// Writes a line for each event that was handled.
    /// - Parameters:
    ///   - level: of the lines.
    ///   - logger: where they go; `nil`: to the application's log.
    public static func logging(_ level: Logger.Level = .info, to logger: Logger? = nil) -> LoggingInterceptor {
        LoggingInterceptor(level: level, logger: logger)
    }
}
