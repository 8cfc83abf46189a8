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
            if catalogue.forUsers.contains(name) { findings += guests(in: name) }
            for rule in bundle.rules where rule.namespace == name && rule.section == .send {
                findings += unhandled(rule, routes, policy)
            }
            if let emitted = catalogue.emitted[name], !emitted.isEmpty { findings += unheard(emitted, policy) }
        }
        for (name, policy) in bundle.namespaces where catalogue.namespaces[name] == nil {
            let remedy = name == RouteCatalogue.adminUI ? "start with --admin-ui" : "mount one"
            findings.append(
                .init(
                    severity: .error, position: bundle.positions[name] ?? SourcePosition(file: policy.file, line: 1, column: 1),
                    message: "no gateway of the program is mounted at \(name): \(remedy), or remove this file"))
        }
        return findings
    }

    /// Declared events that nobody may receive, and rules for events that nobody sends.
    private func unheard(_ emitted: [String], _ policy: NamespacePolicy) -> [PolicyFinding] {
        let place = bundle.positions[policy.name] ?? SourcePosition(file: policy.file, line: 1, column: 1)
        let lost = emitted.filter { !policy.allowsSomebodyToReceive($0) }
        var findings: [PolicyFinding] = []
        if catalogue.moderated.contains(policy.name) {
            // As for routes (MOD-70).
            if !lost.isEmpty {
                let events = lost.joined(separator: ", ")
                findings.append(
                    .init(
                        severity: .warning, position: place, message: "no rule lets anybody receive these events of moderation: \(events)"))
            }
        } else {
            findings = lost.map { event in
                .init(
                    severity: .error, position: place,
                    message: "a gateway sends '\(event)' and no rule lets anybody receive it, so it is lost: add one under 'receive'")
            }
        }
        for rule in bundle.rules where rule.namespace == policy.name && rule.section == .receive && rule.effect == .allow {
            for event in rule.events where event.isLiteral {
                if emitted.contains(where: { event.matches(event: $0) }) || catalogue.systemEvents.contains(event.description) { continue }
                findings.append(
                    .init(
                        severity: .warning, position: rule.position,
                        message: "'\(rule.id)' speaks of the event '\(event)', which no gateway says that it sends"))
            }
        }
        return findings
    }

    private func unruled(_ routes: [RouteCatalogue.Route], _ policy: NamespacePolicy) -> [PolicyFinding] {
        // What a new version of moderation brings does not keep older policies from starting (MOD-70).
        let left = routes.filter { $0.family != nil && !$0.isOptional && !isRuled($0, policy) }
        var findings = routes.filter { $0.family == nil && !$0.isOptional }.compactMap { unruled($0, policy) }
        if !left.isEmpty {
            let place = bundle.positions[policy.name] ?? SourcePosition(file: policy.file, line: 1, column: 1)
            let events = left.map(\.event).sorted().joined(separator: ", ")
            findings.append(
                .init(severity: .warning, position: place, message: "no rule lets anybody use these events of moderation: \(events)"))
        }
        return findings
    }

    private func isRuled(_ route: RouteCatalogue.Route, _ policy: NamespacePolicy) -> Bool {
        bundle.rules.contains {
            $0.namespace == policy.name && $0.section == .send && $0.effect == .allow
                && $0.events.contains { $0.matches(event: route.event) }
        }
    }

    private func unruled(_ route: RouteCatalogue.Route, _ policy: NamespacePolicy) -> PolicyFinding? {
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

    /// Rules that let in whom the gateway cannot serve.
    private func guests(in namespace: String) -> [PolicyFinding] {
        bundle.rules.filter { $0.namespace == namespace && $0.section == .connect && $0.effect == .allow && $0.when?.anonymous == true }.map
        {
            .init(
                severity: .error, position: $0.position,
                message: "'\($0.id)' lets in clients without a token, and a gateway of \(namespace) needs the user of each: remove "
                    + "'anonymous: true', or have the gateway do without (requiresUser)")
        }
    }

    /// Rules for the gateway's own events: those need a member of the file.
    /// - Returns: `nil` for any other event.
    private func unkept(_ rule: PolicyRule, _ event: NamePattern, _ policy: NamespacePolicy) -> [PolicyFinding]? {
        let isKept: Bool
        switch event.description {
        case "history": isKept = policy.settings.history != nil
        case "presence": isKept = policy.settings.presence != nil
        default: return nil
        }
        guard !isKept, rule.effect == .allow else { return [] }
        return [
            .init(
                severity: .error, position: rule.position,
                message:
                    "'\(rule.id)' speaks of the event '\(event)', which is there only if the file says so: add '\(event): { rooms: … }'")
        ]
    }

    private func unhandled(_ rule: PolicyRule, _ routes: [RouteCatalogue.Route], _ policy: NamespacePolicy) -> [PolicyFinding] {
        var findings: [PolicyFinding] = []
        for event in rule.events {
            let handled = routes.filter { event.matches(event: $0.event) }
            if handled.isEmpty, let builtIn = unkept(rule, event, policy) {
                findings += builtIn
            } else if handled.isEmpty, event.isLiteral, event.description == RouteCatalogue.report {
                findings.append(
                    .init(
                        severity: .warning, position: rule.position,
                        message: "'\(rule.id)' speaks of the event '\(event)', which moderation takes: mount an AdminGateway"))
            } else if handled.isEmpty {
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
