package import SocketIO

/// One namespace, or the namespaces of one pattern, with everything mounted there: the joined routes, and the hooks of the gateways.
package struct MountedNamespace: Sendable {
    package let pattern: NamespacePattern
    /// The gateways' routes, and behind them the built-in ones.
    let routes: [MountedRoute]
    let table: EventTable
    /// The events that its gateways declare.
    package let emitted: [DeclaredEvent]
    /// The names of these, and of events that handlers answer with; empty if nothing is declared.
    let declared: Set<String>
    /// Whether one of its gateways serves users only.
    let requiresUser: Bool
    /// How its clients sign in, where that is another program's form.
    let signIn: SignInForm?
    let didConnect: [@Sendable (Client) async throws -> Void]
    let willDisconnect: [@Sendable (Client, [RoomName], DisconnectReason) -> Void]
    let didDisconnect: [@Sendable (Client, DisconnectReason) async -> Void]
    /// The hooks of gateways that observe rooms.
    let roomChanged: [@Sendable (RoomEvent) -> Void]

    /// The gateways' routes.
    var ownRoutes: [MountedRoute] { routes.filter { $0.builtIn == nil } }

    func route(_ name: Span<UInt8>) -> MountedRoute? { table.find(name).map { routes[$0] } }
}

/// A gateway to be mounted, with its type erased.
struct PendingMount: Sendable {
    let pattern: NamespacePattern
    let name: String
    let gateway: any Gateway
    let build: @Sendable (Stages, Int) throws -> Built

    struct Built: Sendable {
        let routes: [MountedRoute]
        let emitted: [DeclaredEvent]
        let requiresUser: Bool
        let signIn: SignInForm?
        let didConnect: @Sendable (Client) async throws -> Void
        let willDisconnect: @Sendable (Client, [RoomName], DisconnectReason) -> Void
        let didDisconnect: @Sendable (Client, DisconnectReason) async -> Void
        let roomChanged: (@Sendable (RoomEvent) -> Void)?
    }

    /// The gateway, if it has state to open.
    var stateful: (any StatefulGateway)? { gateway as? any StatefulGateway }

    init<Owner: Gateway>(_ gateway: Owner) {
        pattern = Owner.namespace.pattern
        name = String(describing: Owner.self)
        self.gateway = gateway
        build = { global, firstIndex in
            var routes = Routes()
            gateway.routes(&routes)
            let stages = gateway.stages
            for event in routes.emitted { try EmittedEvents.check(event.event) }
            return Built(
                routes: try routes.entries.enumerated().map { offset, route in
                    try EmittedEvents.check(route.event)
                    for event in route.emitted { try EmittedEvents.check(event.event) }
                    return try MountedRoute(
                        route, of: String(describing: Owner.self), gateway: stages, global: global, index: firstIndex + offset)
                },
                emitted: routes.emitted,
                requiresUser: Owner.requiresUser,
                signIn: (gateway as? any ForeignSignInGateway).map(Self.signInForm),
                didConnect: { try await gateway.didConnect($0) },
                willDisconnect: { gateway.willDisconnect($0, rooms: $1, reason: $2) },
                didDisconnect: { await gateway.didDisconnect($0, reason: $1) },
                roomChanged: (gateway as? any RoomObservingGateway).map(Self.roomChanges))
        }
    }

    private static func roomChanges(for observer: any RoomObservingGateway) -> @Sendable (RoomEvent) -> Void {
        { observer.roomChanged($0) }
    }

    private static func signInForm(of gateway: any ForeignSignInGateway) -> SignInForm { SignInForm(of: gateway) }

    /// Joins gateways by namespace.
    /// - Throws: ``StartError`` for an event that is registered twice, a reserved event name, or an invalid schema.
    static func mount(_ pending: [PendingMount], global: Stages) throws -> [MountedNamespace] {
        var order: [NamespacePattern] = []
        var groups: [NamespacePattern: [PendingMount]] = [:]
        for mount in pending {
            if let objection = mount.pattern.objection {
                throw StartError(code: .configuration, message: "\(mount.name) cannot be mounted: \(objection)")
            }
            if groups[mount.pattern] == nil { order.append(mount.pattern) }
            groups[mount.pattern, default: []].append(mount)
        }
        try refuseOverlaps(order)
        return try order.map { pattern in
            var routes: [MountedRoute] = []
            var built: [Built] = []
            for mount in groups[pattern] ?? [] {
                let one = try mount.build(global, routes.count)
                for route in one.routes where routes.contains(where: { $0.event == route.event }) {
                    throw StartError(
                        code: .duplicateRoute, message: "\(pattern) has two handlers for \"\(route.event)\"; \(mount.name) has the second"
                    )
                }
                routes += one.routes
                built.append(one)
            }
            routes += try guests(of: pending, in: pattern, beside: routes, global: global)
            for event in BuiltInEvent.allCases where !routes.contains(where: { $0.event == event.rawValue }) {
                routes.append(try event.mounted(global: global, index: routes.count))
            }
            let emitted = built.flatMap(\.emitted) + routes.flatMap(\.emitted)
            return MountedNamespace(
                pattern: pattern, routes: routes, table: EventTable(routes.map(\.event)),
                emitted: emitted, declared: Set(emitted.map(\.event)), requiresUser: built.contains { $0.requiresUser },
                signIn: built.lazy.compactMap(\.signIn).first,
                didConnect: built.map(\.didConnect),
                willDisconnect: built.map(\.willDisconnect), didDisconnect: built.map(\.didDisconnect),
                roomChanged: built.compactMap(\.roomChanged))
        }
    }

    /// A namespace has one policy and one set of handlers. One that is mounted under its own name has those, whatever patterns there are.
    private static func refuseOverlaps(_ patterns: [NamespacePattern]) throws(StartError) {
        let open = patterns.filter { $0.namespace == nil }
        for (index, pattern) in open.enumerated() {
            guard let other = open[..<index].first(where: { $0.overlaps(pattern) }) else { continue }
            throw StartError(
                code: .configuration,
                message:
                    "gateways are mounted at \(other) and at \(pattern), and a namespace could be one of both: make one of them narrower")
        }
    }
}
