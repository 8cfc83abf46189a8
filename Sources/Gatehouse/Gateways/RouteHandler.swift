import GatehouseJSON

/// A route's handler with the type of its payload put away: decode, pipes and call in one closure for each of the two ways to run it.
struct RouteHandler<Owner: Gateway>: Sendable {
    /// Decodes and calls, when nothing suspends.
    typealias Direct = @Sendable (Owner, RawPayload, [any Pipe], EventContext) throws -> HandlerOutput
    /// Decodes at once, and gives the part that may suspend.
    typealias Prepare = @Sendable (Owner, RawPayload, [any Pipe], EventContext) throws -> @Sendable () async throws -> HandlerOutput

    let direct: Direct?
    let prepare: Prepare
    /// What makes no sense about the payload's schema; asked once, when the route is mounted.
    let problems: @Sendable () -> [SchemaProblem]
    /// The fields without which a payload is refused; asked once, too.
    let requiredFields: @Sendable () -> [String]

    private init(direct: Direct?, prepare: @escaping Prepare) {
        self.direct = direct
        self.prepare = prepare
        problems = { [] }
        requiredFields = { [] }
    }

    private init<Payload: DTO>(_ type: Payload.Type, direct: Direct?, prepare: @escaping Prepare) {
        self.direct = direct
        self.prepare = prepare
        problems = { type.schema.problems() }
        requiredFields = { type.schema.requiredFieldNames }
    }

    static func payload<Payload: DTO>(
        _ type: Payload.Type, _ call: @escaping @Sendable (Owner, Payload, EventContext) throws -> HandlerOutput
    ) -> RouteHandler {
        if type.schema.hasAsyncRules { return waiting(type, call) }
        let direct: Direct = { owner, raw, pipes, context in
            try call(owner, raw.decode(type, through: pipes, context), context)
        }
        return RouteHandler(type, direct: direct) { owner, raw, pipes, context in
            let payload = try raw.decode(type, through: pipes, context)
            return { try call(owner, payload, context) }
        }
    }

    static func asyncPayload<Payload: DTO>(
        _ type: Payload.Type, _ call: @escaping @Sendable (Owner, Payload, EventContext) async throws -> HandlerOutput
    ) -> RouteHandler {
        if type.schema.hasAsyncRules { return waiting(type, call) }
        return RouteHandler(type, direct: nil) { owner, raw, pipes, context in
            let payload = try raw.decode(type, through: pipes, context)
            return { try await call(owner, payload, context) }
        }
    }

    /// With rules that have to wait (VAL-15): after all others, before pipes and handler.
    private static func waiting<Payload: DTO>(
        _ type: Payload.Type, _ call: @escaping @Sendable (Owner, Payload, EventContext) async throws -> HandlerOutput
    ) -> RouteHandler {
        RouteHandler(type, direct: nil) { owner, raw, pipes, context in
            let payload = try raw.decode(type)
            return {
                try await type.schema.check(payload, clock: ContinuousClock())
                return try await call(owner, raw.pipe(payload, through: pipes, context), context)
            }
        }
    }

    static func plain(_ call: @escaping @Sendable (Owner, EventContext) throws -> HandlerOutput) -> RouteHandler {
        RouteHandler(
            direct: { owner, raw, _, context in
                try raw.checkEmpty()
                return try call(owner, context)
            },
            prepare: { owner, raw, _, context in
                try raw.checkEmpty()
                return { try call(owner, context) }
            })
    }

    static func asyncPlain(_ call: @escaping @Sendable (Owner, EventContext) async throws -> HandlerOutput) -> RouteHandler {
        RouteHandler(direct: nil) { owner, raw, _, context in
            try raw.checkEmpty()
            return { try await call(owner, context) }
        }
    }
}
