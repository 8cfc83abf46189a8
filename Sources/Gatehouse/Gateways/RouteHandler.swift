import GatehouseJSON

/// The two ways to run a handler, each for decoded arguments and for arguments after pipes.
enum RouteHandler<Values: Sendable>: Sendable {
    /// Takes the arguments out of a decoded message, and runs the handler.
    typealias Direct = @Sendable (inout ArgumentList.Values, EventContext) throws -> HandlerOutput
    /// Runs the handler.
    typealias Now = @Sendable (Values, EventContext) throws -> HandlerOutput
    /// Takes the arguments out of a decoded message; the closure runs the handler.
    typealias Bind = @Sendable (inout ArgumentList.Values, EventContext) -> @Sendable () async throws -> HandlerOutput
    /// The closure runs the handler.
    typealias Rebind = @Sendable (Values, EventContext) -> @Sendable () async throws -> HandlerOutput

    /// A handler that does not suspend.
    case synchronous(Direct, Now)
    /// A handler that may suspend.
    case suspending(Bind, Rebind)
}
