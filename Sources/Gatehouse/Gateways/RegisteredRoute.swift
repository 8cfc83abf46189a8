import GatehouseJSON

/// A route with the types of its arguments erased.
protocol RegisteredRoute: AnyObject {
    var event: String { get }
    var stages: Stages { get }
    var emitted: [DeclaredEvent] { get }
    /// Events that belong together, if it is one of several.
    var familyName: String? { get }
    /// Whether no policy needs to allow it.
    var isOptional: Bool { get }
    /// The names of the arguments' Swift types.
    var valueTypes: [any Any.Type] { get }
    var isSynchronous: Bool { get }
    var answer: AnswerShape { get }
    var file: String { get }
    var line: Int { get }
    func argumentList() -> ArgumentList
    func call(_ list: ArgumentList, through pipes: [any Pipe]) -> RouteCall
}

extension Route: RegisteredRoute {
    var isSynchronous: Bool { if case .synchronous = handler { true } else { false } }

    var valueTypes: [any Any.Type] {
        var types: [any Any.Type] = []
        for type in repeat (each Value).self { types.append(type) }
        return types
    }
}

/// Decoding, pipes and handler of a route, up to the first wait.
typealias RouteCall = @Sendable (RawPayload, EventContext) throws -> RouteProgress

/// The progress of an event.
enum RouteProgress: Sendable {
    case done(HandlerOutput)
    /// A part has to wait; the closure continues.
    case waiting(@Sendable () async throws -> HandlerOutput)

    /// The answer, waiting if needed.
    func finish() async throws -> HandlerOutput {
        switch self {
        case .done(let output): return output
        case .waiting(let rest): return try await rest()
        }
    }
}
