/// A route as the pipeline runs it: the gateway bound, the stages of all levels joined once.
struct MountedRoute: Sendable {
    let event: String
    let dto: String?
    /// Whether every payload names a room, which the rules can look at (`room_at`). A room that may be left out is a filter, not a target.
    let namesRoom: Bool
    let gateway: String
    /// The route's place in its namespace.
    let index: Int
    /// All guards in order, as one; `nil` if there is none.
    let guards: CombinedGuard?
    /// Route, gateway, global.
    let filters: [any ExceptionFilter]
    /// Runs pipes and handler without suspending; `nil` if the handler, or an interceptor, may suspend.
    let direct: (@Sendable (RawPayload, EventContext) throws -> HandlerOutput)?
    /// Interceptors, pipes and handler.
    let run: @Sendable (RawPayload, EventContext) async throws -> HandlerOutput

    init<Owner: Gateway>(_ route: Route<Owner>, of owner: Owner, global: Stages, index: Int) {
        let gateway = owner.stages
        event = route.event
        dto = route.dto?.name
        namesRoom = route.handler.requiredFields().contains("room")
        self.gateway = String(describing: Owner.self)
        self.index = index
        let guards = global.guards + gateway.guards + route.stages.guards
        self.guards = guards.isEmpty ? nil : CombinedGuard(mode: .all, parts: guards)
        filters = route.stages.filters + gateway.filters + global.filters
        let pipes = global.pipes + gateway.pipes + route.stages.pipes
        let interceptors = global.interceptors + gateway.interceptors + route.stages.interceptors
        let handler = route.handler
        if interceptors.isEmpty, let call = handler.direct {
            direct = { try call(owner, $0, pipes, $1) }
        } else {
            direct = nil
        }
        let innermost: @Sendable (RawPayload, EventContext) async throws -> HandlerOutput = { raw, context in
            try await handler.prepare(owner, raw, pipes, context)()
        }
        run = interceptors.reversed().reduce(innermost) { next, interceptor in
            { raw, context in try await interceptor.intercept(context) { try await next(raw, context) } }
        }
    }
}
