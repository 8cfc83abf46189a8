public import GatehouseJSON

/// The list of a gateway's handlers, filled by ``Gateway/routes(_:)``: `on("join", join)`.
///
/// A handler is a method or a closure. It takes the arguments that a client emits, each of a type that a field may have, and then the
/// ``EventContext``; it returns a value for the ack, an ``EventReply``, an `AsyncSequence` of these, or nothing. Arguments at the end whose
/// types are optionals may be left out by the client. One that does not suspend runs on the client's event loop, and no task is made for it;
/// one that may suspend starts there.
public struct Routes {
    private(set) var entries: [any RegisteredRoute] = []
    /// Events of the gateway as a whole.
    private(set) var emitted: [DeclaredEvent] = []

    init() {}

    /// Declares that the gateway sends an event with one argument of a type, from a hook, a timer, or any of its handlers.
    public mutating func emits<Payload: FieldValue>(_ type: Payload.Type, as event: String) {
        emitted.append(DeclaredEvent(event, type))
    }

    /// Declares that the gateway sends an event.
    public mutating func emits<Event: ServerEvent>(_ event: Event.Type) { emits(event, as: Event.event) }

    /// Registers a handler that answers with a result.
    @discardableResult
    public mutating func callAsFunction<each Value: FieldValue, Result: HandlerResult>(
        _ event: String, _ handler: @escaping @Sendable (repeat each Value, EventContext) throws -> Result, file: String = #fileID,
        line: Int = #line
    ) -> Route<repeat each Value> {
        add(event, file, line, handler, answer: AnswerShape(Result.self), output: Self.output)
    }

    // Disfavoured, or a closure of one expression would be taken for one that returns nothing.

    /// Registers a handler whose ack is empty.
    @discardableResult @_disfavoredOverload
    public mutating func callAsFunction<each Value: FieldValue>(
        _ event: String, _ handler: @escaping @Sendable (repeat each Value, EventContext) throws -> Void, file: String = #fileID,
        line: Int = #line
    ) -> Route<repeat each Value> {
        add(event, file, line, handler, answer: .empty) { _ in .none }
    }

    /// Registers a handler that answers with a result, and may suspend.
    @discardableResult
    public mutating func callAsFunction<each Value: FieldValue, Result: HandlerResult>(
        _ event: String, _ handler: @escaping @Sendable (repeat each Value, EventContext) async throws -> Result, file: String = #fileID,
        line: Int = #line
    ) -> Route<repeat each Value> {
        add(event, file, line, suspending: handler, answer: AnswerShape(Result.self), output: Self.output)
    }

    /// Registers a handler whose ack is empty, and that may suspend.
    @discardableResult @_disfavoredOverload
    public mutating func callAsFunction<each Value: FieldValue>(
        _ event: String, _ handler: @escaping @Sendable (repeat each Value, EventContext) async throws -> Void, file: String = #fileID,
        line: Int = #line
    ) -> Route<repeat each Value> {
        add(event, file, line, suspending: handler, answer: .empty) { _ in .none }
    }

    /// Registers a handler whose result is written by its `Encodable` conformance.
    @discardableResult @_disfavoredOverload
    public mutating func callAsFunction<each Value: FieldValue, Result: Encodable & Sendable>(
        _ event: String, _ handler: @escaping @Sendable (repeat each Value, EventContext) throws -> Result, file: String = #fileID,
        line: Int = #line
    ) -> Route<repeat each Value> {
        add(event, file, line, handler, answer: .unknown) { .value(Encoded($0)) }
    }

    /// Registers a handler whose result is written by its `Encodable` conformance, and that may suspend.
    @discardableResult @_disfavoredOverload
    public mutating func callAsFunction<each Value: FieldValue, Result: Encodable & Sendable>(
        _ event: String, _ handler: @escaping @Sendable (repeat each Value, EventContext) async throws -> Result, file: String = #fileID,
        line: Int = #line
    ) -> Route<repeat each Value> {
        add(event, file, line, suspending: handler, answer: .unknown) { .value(Encoded($0)) }
    }

    /// Registers a handler that answers with one element after the other (``AnswerStream``).
    @discardableResult @_disfavoredOverload
    public mutating func callAsFunction<each Value: FieldValue, Elements: AsyncSequence & Sendable>(
        _ event: String, _ handler: @escaping @Sendable (repeat each Value, EventContext) throws -> Elements, file: String = #fileID,
        line: Int = #line
    ) -> Route<repeat each Value> where Elements.Element: HandlerResult {
        add(event, file, line, handler, answer: .stream(AnswerShape(Elements.Element.self))) { .stream(AnswerStream($0)) }
    }

    /// Registers a handler that answers with one element after the other (``AnswerStream``), and may suspend before the first.
    @discardableResult @_disfavoredOverload
    public mutating func callAsFunction<each Value: FieldValue, Elements: AsyncSequence & Sendable>(
        _ event: String, _ handler: @escaping @Sendable (repeat each Value, EventContext) async throws -> Elements, file: String = #fileID,
        line: Int = #line
    ) -> Route<repeat each Value> where Elements.Element: HandlerResult {
        add(event, file, line, suspending: handler, answer: .stream(AnswerShape(Elements.Element.self))) { .stream(AnswerStream($0)) }
    }

    /// Not there: says what a handler takes.
    @available(
        *, unavailable,
        message: "a handler takes the event's arguments and then the context: func join(_ room: RoomName, _ context: EventContext)"
    )
    @discardableResult @_disfavoredOverload
    public mutating func callAsFunction<each Value: FieldValue, Result>(
        _ event: String, _ handler: @escaping @Sendable (repeat each Value) async throws -> Result
    ) -> Route<repeat each Value> {
        preconditionFailure("not available")
    }

    /// Not there: says what a handler may return.
    @available(
        *, unavailable,
        message:
            "this result cannot be written: return a Payload, another JSONEncodable or Encodable type, an EventReply, or an AsyncSequence of them"
    )
    @discardableResult @_disfavoredOverload
    public mutating func callAsFunction<each Value: FieldValue, Result>(
        _ event: String, _ handler: @escaping @Sendable (repeat each Value, EventContext) async throws -> Result
    ) -> Route<repeat each Value> {
        preconditionFailure("not available")
    }

    @inline(__always)
    private static func output(_ result: some HandlerResult) -> HandlerOutput { result.output }

    private mutating func add<each Value: FieldValue, Result>(
        _ event: String, _ file: String, _ line: Int, _ handler: @escaping @Sendable (repeat each Value, EventContext) throws -> Result,
        answer: AnswerShape, output: @escaping @Sendable (Result) -> HandlerOutput
    ) -> Route<repeat each Value> {
        let direct: RouteHandler<ArgumentValues<repeat each Value>>.Direct = {
            output(try callHandler(handler, repeat $0.take((each Value).self), $1))
        }
        let now: RouteHandler<ArgumentValues<repeat each Value>>.Now = { output(try callHandler(handler, repeat each $0.values, $1)) }
        return add(event, file, line, .synchronous(direct, now), answer)
    }

    private mutating func add<each Value: FieldValue, Result: Sendable>(
        _ event: String, _ file: String, _ line: Int,
        suspending handler: @escaping @Sendable (repeat each Value, EventContext) async throws -> Result,
        answer: AnswerShape, output: @escaping @Sendable (Result) -> HandlerOutput
    ) -> Route<repeat each Value> {
        let bind: RouteHandler<ArgumentValues<repeat each Value>>.Bind = {
            boundHandler(handler, repeat $0.take((each Value).self), $1, output: output)
        }
        let rebind: RouteHandler<ArgumentValues<repeat each Value>>.Rebind = {
            boundHandler(handler, repeat each $0.values, $1, output: output)
        }
        return add(event, file, line, .suspending(bind, rebind), answer)
    }

    private mutating func add<each Value: FieldValue>(
        _ event: String, _ file: String, _ line: Int, _ handler: RouteHandler<ArgumentValues<repeat each Value>>,
        _ answer: AnswerShape
    ) -> Route<repeat each Value> {
        let route = Route<repeat each Value>(event: event, handler, answer, file: file, line: line)
        entries.append(route)
        return route
    }
}

@available(*, unavailable)
extension Routes: Sendable {}
