import GatehousePolicy

extension RouteCatalogue {
    /// What is mounted, as the policy check compares it with the files (GW-03).
    init(mounted: [MountedNamespace]) {
        var namespaces: [String: [Route]] = [:]
        for one in mounted {
            namespaces[one.pattern.description] = one.routes.map { Route(event: $0.event, dto: $0.dto, hasRoom: $0.namesRoom) }
        }
        self.init(namespaces)
    }
}
