import GatehouseJSON
package import GatehousePolicy

extension Application {
    /// The contract of its gateways. Nothing is started.
    /// - Parameter policies: those whose rules are named with the events that they may allow; `nil` for a contract without rights.
    /// - Throws: ``StartError`` for gateways that cannot be mounted together.
    package func contract(title: String, policies: PolicyBundle?) throws -> Contract {
        Contract(title: title, try mountedNamespaces(), policies)
    }
}

extension Contract {
    /// What is mounted.
    init(title: String, _ mounted: [MountedNamespace], _ policies: PolicyBundle?) {
        self.title = title
        hasRights = policies != nil
        namespaces = mounted.map { Namespace($0, policies) }.sorted { $0.name < $1.name }
    }
}

extension Contract.Namespace {
    fileprivate init(_ mounted: MountedNamespace, _ policies: PolicyBundle?) {
        let name = mounted.pattern.description
        self.name = name
        let rules = policies?.rules.filter { $0.namespace == name && $0.effect == .allow } ?? []
        connect = rules.filter { $0.section == .connect }.map { ContractRight($0) }
        client = mounted.ownRoutes.compactMap { route in
            let rights = ContractRight.all(rules, .send, route.event)
            // An event of the runtime is there for those whom a rule lets use it.
            guard !route.isOptional || policies == nil || !rights.isEmpty else { return nil }
            return Contract.ClientEvent(name: route.event, arguments: route.arguments, answer: route.answer, send: rights)
        }.sorted { $0.name < $1.name }
        server = Self.events(mounted).map { event, shapes, answer in
            Contract.ServerEvent(name: event, shapes: shapes, answer: answer, receive: ContractRight.all(rules, .receive, event))
        }.sorted { $0.name < $1.name }
    }

    /// What is declared, and the later elements of streams; an event once, with each of its types once.
    private static func events(_ mounted: MountedNamespace) -> [(String, [Shape], Shape?)] {
        var types: [String: Set<String>] = [:]
        var shapes: [String: [Shape]] = [:]
        for event in mounted.emitted where types[event.event, default: []].insert(event.type).inserted {
            shapes[event.event, default: []].append(event.shape)
        }
        for route in mounted.ownRoutes {
            if case .stream(.value(let shape)) = route.answer, shapes[route.event] == nil { shapes[route.event] = [shape] }
        }
        return shapes.map { name, shapes in (name, shapes, mounted.emitted.lazy.filter { $0.event == name }.compactMap(\.answer).first) }
    }
}
