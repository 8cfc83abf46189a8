package import SocketIO

/// One namespace, or the namespaces of one pattern, with everything that was mounted there: the routes joined, the hooks of its gateways.
package struct MountedNamespace: Sendable {
    package let pattern: NamespacePattern
    let routes: [MountedRoute]
    let table: EventTable
    let didConnect: [@Sendable (Client) async throws -> Void]
    let willDisconnect: [@Sendable (Client, [RoomName], DisconnectReason) -> Void]
    let didDisconnect: [@Sendable (Client, DisconnectReason) async -> Void]
    /// Of those gateways that follow rooms.
    let roomChanged: [@Sendable (RoomEvent) -> Void]

    func route(_ name: Span<UInt8>) -> MountedRoute? { table.find(name).map { routes[$0] } }
}

/// A gateway that is to be mounted, its type put away.
struct PendingMount: Sendable {
    let pattern: NamespacePattern
    let name: String
    let gateway: any Gateway
    let build: @Sendable (Stages, Int) throws -> Built

    struct Built: Sendable {
        let routes: [MountedRoute]
        let didConnect: @Sendable (Client) async throws -> Void
        let willDisconnect: @Sendable (Client, [RoomName], DisconnectReason) -> Void
        let didDisconnect: @Sendable (Client, DisconnectReason) async -> Void
        let roomChanged: (@Sendable (RoomEvent) -> Void)?
    }

    /// The gateway again, if it has something to open.
    var stateful: (any StatefulGateway)? { gateway as? any StatefulGateway }

    init<Owner: Gateway>(_ gateway: Owner) {
        pattern = Owner.namespace.pattern
        name = String(describing: Owner.self)
        self.gateway = gateway
        build = { global, firstIndex in
            var routes = Routes(gateway)
            Owner.routes(&routes)
            return Built(
                routes: try routes.entries.enumerated().map { offset, route in
                    try EmittedEvents.check(route.event)
                    try route.checkSchema()
                    return MountedRoute(route, of: gateway, global: global, index: firstIndex + offset)
                },
                didConnect: { try await gateway.didConnect($0) },
                willDisconnect: { gateway.willDisconnect($0, rooms: $1, reason: $2) },
                didDisconnect: { await gateway.didDisconnect($0, reason: $1) },
                roomChanged: (gateway as? any RoomObservingGateway).map(Self.roomChanges))
        }
    }

    private static func roomChanges(for observer: any RoomObservingGateway) -> @Sendable (RoomEvent) -> Void {
        { observer.roomChanged($0) }
    }

    /// Joins gateways by namespace.
    /// - Throws: ``StartError`` for an event that is registered twice, a reserved event name, or a schema that makes no sense.
    static func mount(_ pending: [PendingMount], global: Stages) throws -> [MountedNamespace] {
        var order: [NamespacePattern] = []
        var groups: [NamespacePattern: [PendingMount]] = [:]
        for mount in pending {
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
            return MountedNamespace(
                pattern: pattern, routes: routes, table: EventTable(routes.map(\.event)), didConnect: built.map(\.didConnect),
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

extension Route {
    /// A schema that makes no sense is found when its route is mounted, before any message (VAL-16).
    func checkSchema() throws(StartError) {
        let problems = handler.problems()
        guard problems.isEmpty else {
            throw StartError(
                code: .schema,
                message: "the payload of \"\(event)\" makes no sense:\n" + problems.map { $0.description }.joined(separator: "\n"))
        }
    }
}
