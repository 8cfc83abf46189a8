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

    private init<Payload: DTO>(_ schema: Schema<Payload>, direct: Direct?, prepare: @escaping Prepare) {
        self.direct = direct
        self.prepare = prepare
        problems = { schema.problems() }
        requiredFields = { schema.requiredFieldNames }
    }

    static func payload<Payload: DTO>(
        _ type: Payload.Type, _ call: @escaping @Sendable (Owner, Payload, EventContext) throws -> HandlerOutput
    ) -> RouteHandler {
        // Asked once: a schema that is computed would be made anew for each message.
        let schema = type.schema
        if schema.hasAsyncRules { return waiting(schema, call) }
        let direct: Direct = { owner, raw, pipes, context in
            try call(owner, raw.decode(schema, through: pipes, context), context)
        }
        return RouteHandler(schema, direct: direct) { owner, raw, pipes, context in
            let payload = try raw.decode(schema, through: pipes, context)
            return { try call(owner, payload, context) }
        }
    }

    static func asyncPayload<Payload: DTO>(
        _ type: Payload.Type, _ call: @escaping @Sendable (Owner, Payload, EventContext) async throws -> HandlerOutput
    ) -> RouteHandler {
        let schema = type.schema
        if schema.hasAsyncRules { return waiting(schema, call) }
        return RouteHandler(schema, direct: nil) { owner, raw, pipes, context in
            let payload = try raw.decode(schema, through: pipes, context)
            return { try await call(owner, payload, context) }
        }
    }

    /// With rules that have to wait (VAL-15): after all others, before pipes and handler.
    private static func waiting<Payload: DTO>(
        _ schema: Schema<Payload>, _ call: @escaping @Sendable (Owner, Payload, EventContext) async throws -> HandlerOutput
    ) -> RouteHandler {
        RouteHandler(schema, direct: nil) { owner, raw, pipes, context in
            let payload = try raw.decode(schema)
            return {
                try await schema.check(payload, clock: ContinuousClock())
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
