public import GatehouseJSON

/// The list of a gateway's handlers, filled by ``Gateway/routes(_:)``. An event is registered only together with the type of its payload.
public struct Routes<Owner: Gateway> {
    /// The gateway that is mounted, with what was injected into it: `routes.on("order", Self.order).guarded(by: InStock(routes.gateway.store))`.
    public let gateway: Owner
    private(set) var entries: [Route<Owner>] = []

    init(_ gateway: Owner) { self.gateway = gateway }

    private mutating func add(_ event: String, _ dto: DTOName?, _ handler: RouteHandler<Owner>) -> Route<Owner> {
        let route = Route(event: event, dto: dto, handler: handler)
        entries.append(route)
        return route
    }

    /// An event with one argument, handled without suspending: no task is made for it.
    @discardableResult
    public mutating func on<Payload: DTO, Result: JSONEncodable & Sendable>(
        _ event: String, _ handler: @escaping @Sendable (Owner) -> (Payload, EventContext) throws -> Result
    ) -> Route<Owner> {
        let output = HandlerOutput.making(Result.self)
        return add(event, DTOName(Payload.self), .payload(Payload.self) { try output(handler($0)($1, $2)) })
    }

    /// An event with one argument, handled without suspending, answered with an empty ack.
    @discardableResult
    public mutating func on<Payload: DTO>(
        _ event: String, _ handler: @escaping @Sendable (Owner) -> (Payload, EventContext) throws -> Void
    ) -> Route<Owner> {
        add(
            event, DTOName(Payload.self),
            .payload(Payload.self) {
                try handler($0)($1, $2)
                return .none
            })
    }

    /// An event with one argument, handled without suspending, answered with an event.
    @discardableResult
    public mutating func on<Payload: DTO, Result: JSONEncodable & Sendable>(
        _ event: String, _ handler: @escaping @Sendable (Owner) -> (Payload, EventContext) throws -> EventReply<Result>
    ) -> Route<Owner> {
        add(event, DTOName(Payload.self), .payload(Payload.self) { try HandlerOutput.from(handler($0)($1, $2)) })
    }

    /// An event with one argument whose handler may suspend. It starts on the client's event loop; without a suspension it ends there too.
    @discardableResult
    public mutating func on<Payload: DTO, Result: JSONEncodable & Sendable>(
        _ event: String, _ handler: @escaping @Sendable (Owner) -> (Payload, EventContext) async throws -> Result
    ) -> Route<Owner> {
        let output = HandlerOutput.making(Result.self)
        return add(event, DTOName(Payload.self), .asyncPayload(Payload.self) { try await output(handler($0)($1, $2)) })
    }

    /// An event with one argument whose handler may suspend, answered with an empty ack.
    @discardableResult
    public mutating func on<Payload: DTO>(
        _ event: String, _ handler: @escaping @Sendable (Owner) -> (Payload, EventContext) async throws -> Void
    ) -> Route<Owner> {
        add(
            event, DTOName(Payload.self),
            .asyncPayload(Payload.self) {
                try await handler($0)($1, $2)
                return .none
            })
    }

    /// An event with one argument whose handler may suspend, answered with an event.
    @discardableResult
    public mutating func on<Payload: DTO, Result: JSONEncodable & Sendable>(
        _ event: String, _ handler: @escaping @Sendable (Owner) -> (Payload, EventContext) async throws -> EventReply<Result>
    ) -> Route<Owner> {
        add(event, DTOName(Payload.self), .asyncPayload(Payload.self) { try await HandlerOutput.from(handler($0)($1, $2)) })
    }

    /// An event without an argument, handled without suspending.
    @discardableResult
    public mutating func on<Result: JSONEncodable & Sendable>(
        _ event: String, _ handler: @escaping @Sendable (Owner) -> (EventContext) throws -> Result
    ) -> Route<Owner> {
        let output = HandlerOutput.making(Result.self)
        return add(event, nil, .plain { try output(handler($0)($1)) })
    }

    /// An event without an argument, handled without suspending, answered with an empty ack.
    @discardableResult
    public mutating func on(_ event: String, _ handler: @escaping @Sendable (Owner) -> (EventContext) throws -> Void) -> Route<Owner> {
        add(
            event, nil,
            .plain {
                try handler($0)($1)
                return .none
            })
    }

    /// An event without an argument, handled without suspending, answered with an event.
    @discardableResult
    public mutating func on<Result: JSONEncodable & Sendable>(
        _ event: String, _ handler: @escaping @Sendable (Owner) -> (EventContext) throws -> EventReply<Result>
    ) -> Route<Owner> {
        add(event, nil, .plain { try HandlerOutput.from(handler($0)($1)) })
    }

    /// An event without an argument whose handler may suspend.
    @discardableResult
    public mutating func on<Result: JSONEncodable & Sendable>(
        _ event: String, _ handler: @escaping @Sendable (Owner) -> (EventContext) async throws -> Result
    ) -> Route<Owner> {
        let output = HandlerOutput.making(Result.self)
        return add(event, nil, .asyncPlain { try await output(handler($0)($1)) })
    }

    /// An event without an argument whose handler may suspend, answered with an empty ack.
    @discardableResult
    public mutating func on(_ event: String, _ handler: @escaping @Sendable (Owner) -> (EventContext) async throws -> Void) -> Route<Owner>
    {
        add(
            event, nil,
            .asyncPlain {
                try await handler($0)($1)
                return .none
            })
    }

    /// An event without an argument whose handler may suspend, answered with an event.
    @discardableResult
    public mutating func on<Result: JSONEncodable & Sendable>(
        _ event: String, _ handler: @escaping @Sendable (Owner) -> (EventContext) async throws -> EventReply<Result>
    ) -> Route<Owner> {
        add(event, nil, .asyncPlain { try await HandlerOutput.from(handler($0)($1)) })
    }
}

@available(*, unavailable)
extension Routes: Sendable {}

/// The name by which policies speak of a DTO: the Swift type's own, without its module.
struct DTOName: Sendable, Hashable {
    let name: String

    init(_ type: any Any.Type) { name = String(describing: type) }
}

extension HandlerOutput {
    /// What becomes of the values of a type: `nil` is an empty ack; any other value is sent, `false`, `0` and `""` included. Made once for a
    /// route, as looking whether a type has a `nil` at all is slow.
    static func making<Value: JSONEncodable & Sendable>(_ type: Value.Type) -> @Sendable (Value) -> HandlerOutput {
        guard type is any AbsentValue.Type else { return { .value($0) } }
        return { value in (value as? any AbsentValue)?.isAbsent == true ? .none : .value(value) }
    }

    static func from<Value: JSONEncodable & Sendable>(_ reply: EventReply<Value>) -> HandlerOutput { .event(reply.event, reply.data) }
}

/// What lets a generic place see that its value is a `nil`.
protocol AbsentValue { var isAbsent: Bool { get } }

extension Optional: AbsentValue {
    var isAbsent: Bool { self == nil }
}
