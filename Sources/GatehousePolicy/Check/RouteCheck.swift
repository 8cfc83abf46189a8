/// Rules without a handler, and handlers without a rule.
struct RouteCheck {
    let bundle: PolicyBundle
    let catalogue: RouteCatalogue

    func findings() -> [PolicyFinding] {
        var findings: [PolicyFinding] = []
        for name in catalogue.namespaces.keys.sorted() {
            guard let policy = bundle.namespaces[name] else {
                findings.append(
                    .init(
                        severity: .error, position: SourcePosition(file: PolicyFile.name(of: name), line: 0, column: 0),
                        message: "the program has a gateway for \(name) and there is no policy for it, so nobody can connect: add this file"
                    ))
                continue
            }
            let routes = catalogue.namespaces[name] ?? []
            findings += unruled(routes, policy)
            for rule in bundle.rules where rule.namespace == name && rule.section == .send { findings += unhandled(rule, routes) }
        }
        for (name, policy) in bundle.namespaces where catalogue.namespaces[name] == nil {
            findings.append(
                .init(
                    severity: .error, position: bundle.positions[name] ?? SourcePosition(file: policy.file, line: 1, column: 1),
                    message: "no gateway of the program is mounted at \(name): mount one, or remove this file"))
        }
        return findings
    }

    private func unruled(_ routes: [RouteCatalogue.Route], _ policy: NamespacePolicy) -> [PolicyFinding] {
        routes.compactMap { route in
            let rules = bundle.rules.filter {
                $0.namespace == policy.name && $0.section == .send && $0.effect == .allow
                    && $0.events.contains { $0.matches(event: route.event) }
            }
            let place = bundle.positions[policy.name] ?? SourcePosition(file: policy.file, line: 1, column: 1)
            if rules.isEmpty {
                return .init(
                    severity: .error, position: place,
                    message: "the handler of '\(route.event)' has no allow rule, so it is never called: add one under 'send'")
            }
            if route.hasRoom, !rules.contains(where: { $0.roomAt != nil }), let first = rules.first {
                return .init(
                    severity: .warning, position: first.position,
                    message: "the payload of '\(route.event)' names a room and no rule looks at it: add 'room_at'")
            }
            return nil
        }
    }

    private func unhandled(_ rule: PolicyRule, _ routes: [RouteCatalogue.Route]) -> [PolicyFinding] {
        var findings: [PolicyFinding] = []
        for event in rule.events {
            let handled = routes.filter { event.matches(event: $0.event) }
            if handled.isEmpty {
                findings.append(
                    .init(
                        severity: event.isLiteral && rule.effect == .allow ? .error : .warning, position: rule.position,
                        message: "'\(rule.id)' speaks of the event '\(event)', which no gateway registers"))
            }
            guard let dto = rule.dto else { continue }
            for route in handled where route.dto != dto {
                findings.append(
                    .init(
                        severity: .error, position: rule.position,
                        message: "'\(rule.id)' expects the DTO \(dto) for '\(route.event)', which is registered with \(route.dto ?? "none")"
                    ))
            }
        }
        return findings
    }
}
