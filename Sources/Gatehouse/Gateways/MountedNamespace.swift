package import SocketIO

/// One namespace with everything that was mounted on it: the routes joined, the hooks of its gateways.
package struct MountedNamespace: Sendable {
    package let namespace: Namespace
    let routes: [MountedRoute]
    let table: EventTable
    let didConnect: [@Sendable (Client) async throws -> Void]
    let willDisconnect: [@Sendable (Client, [RoomName], DisconnectReason) -> Void]
    let didDisconnect: [@Sendable (Client, DisconnectReason) async -> Void]

    func route(_ name: Span<UInt8>) -> MountedRoute? { table.find(name).map { routes[$0] } }
}

/// A gateway that is to be mounted, its type put away.
struct PendingMount: Sendable {
    let namespace: Namespace
    let name: String
    /// The gateway again, if it has something to open.
    let stateful: (any StatefulGateway)?
    let build: @Sendable (Stages, Int) throws -> Built

    struct Built: Sendable {
        let routes: [MountedRoute]
        let didConnect: @Sendable (Client) async throws -> Void
        let willDisconnect: @Sendable (Client, [RoomName], DisconnectReason) -> Void
        let didDisconnect: @Sendable (Client, DisconnectReason) async -> Void
    }

    init<Owner: Gateway>(_ gateway: Owner) {
        namespace = Owner.namespace
        name = String(describing: Owner.self)
        stateful = gateway as? any StatefulGateway
        build = { global, firstIndex in
            var routes = Routes<Owner>()
            Owner.routes(&routes)
            return Built(
                routes: try routes.entries.enumerated().map { offset, route in
                    try EmittedEvents.check(route.event)
                    try route.checkSchema()
                    return MountedRoute(route, of: gateway, global: global, index: firstIndex + offset)
                },
                didConnect: { try await gateway.didConnect($0) },
                willDisconnect: { gateway.willDisconnect($0, rooms: $1, reason: $2) },
                didDisconnect: { await gateway.didDisconnect($0, reason: $1) })
        }
    }

    /// Joins gateways by namespace.
    /// - Throws: ``StartError`` for an event that is registered twice, a reserved event name, or a schema that makes no sense.
    static func mount(_ pending: [PendingMount], global: Stages) throws -> [MountedNamespace] {
        var order: [Namespace] = []
        var groups: [Namespace: [PendingMount]] = [:]
        for mount in pending {
            if groups[mount.namespace] == nil { order.append(mount.namespace) }
            groups[mount.namespace, default: []].append(mount)
        }
        return try order.map { namespace in
            var routes: [MountedRoute] = []
            var built: [Built] = []
            for mount in groups[namespace] ?? [] {
                let one = try mount.build(global, routes.count)
                for route in one.routes where routes.contains(where: { $0.event == route.event }) {
                    throw StartError(
                        code: .duplicateRoute, message: "\(namespace) has two handlers for \"\(route.event)\"; \(mount.name) has the second"
                    )
                }
                routes += one.routes
                built.append(one)
            }
            return MountedNamespace(
                namespace: namespace, routes: routes, table: EventTable(routes.map(\.event)), didConnect: built.map(\.didConnect),
                willDisconnect: built.map(\.willDisconnect), didDisconnect: built.map(\.didDisconnect))
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
