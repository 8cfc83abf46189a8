/// A gateway that also serves events in the namespaces of other gateways, where a rule allows them: moderation takes `report` wherever users
/// are.
package protocol GuestRouteGateway: Gateway {
    /// Registers these events. A namespace that has an event of the same name keeps its own.
    func guestRoutes(_ on: inout Routes)
}

extension PendingMount {
    /// The routes that the gateways of other namespaces bring to this one, behind its own.
    static func guests(
        of pending: [PendingMount], in pattern: NamespacePattern, beside own: [MountedRoute], global: Stages
    ) throws -> [MountedRoute] {
        var routes = own
        for mount in pending where mount.pattern != pattern {
            guard let host = mount.gateway as? any GuestRouteGateway else { continue }
            var guests = Routes()
            host.guestRoutes(&guests)
            for route in guests.entries where !routes.contains(where: { $0.event == route.event }) {
                routes.append(
                    try MountedRoute(
                        route, of: mount.name, gateway: Stages(), global: global, index: routes.count, isOptional: true))
            }
        }
        return Array(routes.dropFirst(own.count))
    }
}
