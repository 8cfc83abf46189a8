/// One registered handler. What is chained to it holds for this route only.
public final class Route<Owner: Gateway> {
    let event: String
    let dto: DTOName?
    let handler: RouteHandler<Owner>
    private(set) var stages = Stages()

    init(event: String, dto: DTOName?, handler: RouteHandler<Owner>) {
        self.event = event
        self.dto = dto
        self.handler = handler
    }

    /// Adds a guard, asked after the gateway's.
    @discardableResult
    public func guarded(by guards: any Guard...) -> Route {
        stages.guards += guards
        return self
    }

    /// Adds an interceptor, inside the gateway's.
    @discardableResult
    public func intercepted(by interceptors: any Interceptor...) -> Route {
        stages.interceptors += interceptors
        return self
    }

    /// Adds a pipe, run after the gateway's.
    @discardableResult
    public func piped(through pipes: any Pipe...) -> Route {
        stages.pipes += pipes
        return self
    }

    /// Adds an exception filter, asked before the gateway's.
    @discardableResult
    public func filtered(by filters: any ExceptionFilter...) -> Route {
        stages.filters += filters
        return self
    }
}

@available(*, unavailable)
extension Route: Sendable {}
