import GatehouseJSON
import GatehousePolicy

/// A route as the pipeline runs it: the gateway bound, the stages of all levels joined once.
final class MountedRoute: Sendable {
    let event: String
    /// The names of the arguments' types.
    let dto: String?
    let arguments: [ArgumentShape]
    /// What its handler answers.
    let answer: AnswerShape
    let emitted: [DeclaredEvent]
    /// Whether every payload names a room, for `room_at` of rules. An optional room is a filter, not a target.
    let namesRoom: Bool
    /// Where every payload names a room, if there is one such place and no other (MOD-63).
    let roomLocation: RoomLocation?
    /// Events that belong together, for policies that leave them out as one.
    let family: String?
    /// Which of the gateway's own events it is; `nil` for an application's.
    let builtIn: BuiltInEvent?
    /// Whether no policy needs to allow it, as an event of the runtime.
    let isOptional: Bool
    let gateway: String
    /// The route's place in its namespace.
    let index: Int
    /// All guards in order, as one; `nil` if there is none.
    let guards: CombinedGuard?
    /// Route, gateway, global.
    let filters: [any ExceptionFilter]
    /// Whether an event is handled without a task until something waits.
    let startsNow: Bool
    /// Interceptors, pipes and handler.
    let call: RouteCall

    /// - Throws: ``StartError`` for invalid arguments or pipes.
    init(
        _ route: any RegisteredRoute, of gatewayName: String, gateway: Stages, global: Stages, index: Int, isOptional: Bool = false,
        builtIn: BuiltInEvent? = nil
    ) throws(StartError) {
        self.builtIn = builtIn
        event = route.event
        let list = route.argumentList()
        try Self.check(route, list)
        arguments = list.shapes
        dto = list.shapes.isEmpty ? nil : route.valueTypes.map { String(describing: $0) }.joined(separator: ", ")
        answer = route.answer
        emitted = route.emitted
        namesRoom = list.requiredFields.contains("room") || (list.required > 0 && route.valueTypes.first == RoomName.self)
        roomLocation = RoomLocation(onlyIn: list)
        family = route.familyName
        self.gateway = gatewayName
        self.index = index
        self.isOptional = isOptional || route.isOptional
        let guards = global.guards + gateway.guards + route.stages.guards
        self.guards = guards.isEmpty ? nil : CombinedGuard(mode: .all, parts: guards)
        filters = route.stages.filters + gateway.filters + global.filters
        let pipes = global.pipes + gateway.pipes + route.stages.pipes
        let interceptors = global.interceptors + gateway.interceptors + route.stages.interceptors
        startsNow = route.isSynchronous
        call = interceptors.reversed().reduce(route.call(list, through: pipes)) { next, interceptor in interceptor.around(next) }
    }

    /// Errors of arguments and pipes are found when their route is mounted, before any message (VAL-16).
    private static func check(_ route: any RegisteredRoute, _ list: ArgumentList) throws(StartError) {
        var problems = list.problems()
        for pipe in route.stages.pipes where !route.valueTypes.contains(where: { pipe.handles($0) }) {
            problems.append(
                SchemaProblem(
                    field: route.event, text: "the pipe \(type(of: pipe)) is for a type that no argument of the handler has",
                    file: route.file, line: route.line))
        }
        guard problems.isEmpty else {
            throw StartError(
                code: .schema,
                message: "the payload of \"\(route.event)\" has errors:\n" + problems.map(\.description).joined(separator: "\n"))
        }
    }
}
