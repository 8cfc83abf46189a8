/// Escalation rules that can never hold: nobody may report there, or there is no such namespace.
struct EscalationCheck {
    let bundle: PolicyBundle

    func findings() -> [PolicyFinding] {
        bundle.moderation.escalations.compactMap { rule in
            if let name = rule.namespace, bundle.namespaces[name] == nil {
                return PolicyFinding(
                    severity: .error, position: rule.position,
                    message: "'\(rule.id)' speaks of the namespace '\(name)', which has no policy: correct the name, or remove the rule")
            }
            if case .violations = rule.trigger { return nil }
            let mayReport = bundle.rules.contains { other in
                other.section == .send && other.effect == .allow && (rule.namespace == nil || other.namespace == rule.namespace)
                    && other.events.contains { $0.matches(event: RouteCatalogue.report) }
            }
            guard !mayReport else { return nil }
            return PolicyFinding(
                severity: .warning, position: rule.position,
                message: "'\(rule.id)' never holds: no rule lets anybody send 'report'\(rule.namespace.map { " in \($0)" } ?? "")")
        }
    }
}
