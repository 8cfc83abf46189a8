import GatehousePolicy
import SocketIO

extension RouteCatalogue {
    /// The mounted routes, for the policy check (GW-03).
    init(mounted: [MountedNamespace]) {
        var namespaces: [String: [Route]] = [:]
        for one in mounted {
            namespaces[one.pattern.description] = one.ownRoutes.map {
                Route(event: $0.event, dto: $0.dto, hasRoom: $0.namesRoom && $0.family == nil, family: $0.family, isOptional: $0.isOptional)
            }
        }
        self.init(
            namespaces, emitted: Dictionary(mounted.map { ($0.pattern.description, $0.declared.sorted()) }, uniquingKeysWith: +),
            systemEvents: Set(SystemEvent.allCases.map(\.rawValue) + [BuiltInEvent.presenceChanges]),
            forUsers: Set(mounted.filter(\.requiresUser).map(\.pattern.description)))
    }
}
