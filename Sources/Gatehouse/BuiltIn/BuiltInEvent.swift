import GatehousePolicy

/// Events that the gateway itself handles in a namespace whose policy has the member for it, unless a gateway has a handler of that name.
/// They go the way of every event: rates, rules, guards.
enum BuiltInEvent: String, CaseIterable {
    case history
    case presence

    /// What the gateway tells of who comes and leaves.
    static let presenceChanges = "presence.changes"

    /// Whether the policy has the member that it needs.
    func isOn(in settings: NamespaceSettings) -> Bool {
        switch self {
        case .history: settings.history != nil
        case .presence: settings.presence != nil
        }
    }

    /// Its route.
    func mounted(global: Stages, index: Int) throws -> MountedRoute {
        var routes = Routes()
        switch self {
        case .history: HistoryGateway().routes(&routes)
        case .presence: PresenceGateway().routes(&routes)
        }
        guard let route = routes.entries.first else {
            throw StartError(code: .configuration, message: "the built-in event \(rawValue) has no handler")
        }
        return try MountedRoute(route, of: "gatehouse", gateway: Stages(), global: global, index: index, builtIn: self)
    }
}
