public import GatehouseJSON

/// One registered handler. Its modifiers hold for this route only.
public final class Route<each Value: FieldValue> {
    typealias Values = ArgumentValues<repeat each Value>

    let event: String
    let handler: RouteHandler<Values>
    let answer: AnswerShape
    let file: String
    let line: Int
    private(set) var stages = Stages()
    private(set) var emitted: [DeclaredEvent] = []
    /// Events that belong together; see ``family(_:)``.
    private(set) var familyName: String?
    /// Whether no policy needs to allow it; see ``optional()``.
    private(set) var isOptional = false
    private var rules: (repeat EventArgument<each Value>)
    private var transforms: [ArgumentTransform] = []

    init(event: String, _ handler: RouteHandler<Values>, _ answer: AnswerShape, file: String, line: Int) {
        self.event = event
        self.handler = handler
        self.answer = answer
        self.file = file
        self.line = line
        rules = (repeat EventArgument<each Value>(file: file, line: line))
    }

    /// Gives the arguments names for contracts, and rules in addition to those of their types: one ``EventArgument`` for each.
    @discardableResult
    public func arguments(_ arguments: repeat EventArgument<each Value>) -> Route {
        rules = (repeat each arguments)
        return self
    }

    /// Declares that this handler sends an event with one argument of a type.
    @discardableResult
    public func emits<Payload: FieldValue>(_ type: Payload.Type, as event: String) -> Route {
        emitted.append(DeclaredEvent(event, type))
        return self
    }

    /// Declares that this handler sends an event.
    @discardableResult
    public func emits<Event: ServerEvent>(_ event: Event.Type) -> Route { emits(event, as: Event.event) }

    /// Counts the event among others that belong together. Policies may leave events of a family out.
    @discardableResult
    package func family(_ name: String) -> Route {
        familyName = name
        return self
    }

    /// The policy may leave the event out without a warning.
    @discardableResult
    package func optional() -> Route {
        isOptional = true
        return self
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

    /// Adds a pipe, run after the gateway's, on each argument of its type. A pipe for a type that no argument has stops the start.
    @discardableResult
    public func piped(through pipes: any Pipe...) -> Route {
        stages.pipes += pipes
        return self
    }

    /// Adds a pipe for the arguments, run after the pipes of types. For a transform that has to wait, write a ``Pipe``.
    @discardableResult
    public func piped(
        _ transform: @escaping @Sendable (repeat each Value, EventContext) throws -> (repeat each Value)
    ) -> Route {
        transforms.append(
            ArgumentTransform { arguments, context in
                let values = try Values.restored(arguments).values
                let next = try callHandler(transform, repeat each values, context)
                return Values(repeat each next).erased
            })
        return self
    }

    /// Adds an exception filter, asked before the gateway's.
    @discardableResult
    public func filtered(by filters: any ExceptionFilter...) -> Route {
        stages.filters += filters
        return self
    }

    /// The arguments as they are decoded.
    func argumentList() -> ArgumentList { ArgumentList(repeat each rules) }

    /// Decoding, pipes and handler.
    /// - Parameter pipes: of all levels, in order.
    func call(_ list: ArgumentList, through pipes: [any Pipe]) -> RouteCall {
        let types = valueTypes
        let transforms = pipes.filter { pipe in types.contains { pipe.handles($0) } }.map { ArgumentTransform($0) } + transforms
        guard transforms.isEmpty, !list.hasAsyncRules else { return slowCall(list, transforms) }
        switch handler {
        case .synchronous(let run, _): return { raw, context in .done(try raw.decode(list) { try run(&$0, context) }) }
        case .suspending(let bind, _): return { raw, context in .waiting(try raw.decode(list) { bind(&$0, context) }) }
        }
    }

    /// The same with pipes, or with rules that have to wait.
    private func slowCall(_ list: ArgumentList, _ transforms: [ArgumentTransform]) -> RouteCall {
        var lateRules: [@Sendable (any Sendable) async throws -> Void] = []
        for rule in repeat each rules { lateRules.append(rule.checkLate) }
        let handler = handler
        let end: @Sendable ([any Sendable], EventContext) throws -> RouteProgress = { arguments, context in
            let values = try Values.restored(arguments)
            switch handler {
            case .synchronous(_, let run): return .done(try run(values, context))
            case .suspending(_, let bind): return .waiting(bind(values, context))
            }
        }
        return { [lateRules] raw, context in
            var arguments = try raw.decode(list) { Values(repeat $0.take((each Value).self)).erased }
            if list.hasAsyncRules {
                // VAL-15: after all other rules, before pipes and handler.
                return .waiting { [arguments] in
                    for (argument, check) in zip(arguments, lateRules) { try await check(argument) }
                    return try await Self.finish(arguments, transforms[...], context, end)
                }
            }
            for (index, transform) in transforms.enumerated() {
                guard let next = try transform.now(arguments, context) else {
                    return .waiting { [arguments] in try await Self.finish(arguments, transforms[index...], context, end) }
                }
                arguments = next
            }
            return try end(arguments, context)
        }
    }

    private static func finish(
        _ arguments: [any Sendable], _ transforms: ArraySlice<ArgumentTransform>, _ context: EventContext,
        _ end: @Sendable ([any Sendable], EventContext) throws -> RouteProgress
    ) async throws -> HandlerOutput {
        var arguments = arguments
        for transform in transforms { arguments = try await transform.finish(arguments, context) }
        return try await end(arguments, context).finish()
    }
}

@available(*, unavailable)
extension Route: Sendable {}
