/// Rules of `_api.yaml` for namespaces that do not exist, and rules that allow more than a reader may think.
struct ApiCheck {
    let bundle: PolicyBundle

    func findings() -> [PolicyFinding] { bundle.api.rules.flatMap { unknown($0) + (($0.effect == .allow) ? breadth($0) : []) } }

    private func unknown(_ rule: ApiRule) -> [PolicyFinding] {
        let names = rule.namespaces.filter(\.isLiteral).map(\.description) + (rule.isForRoot ? ["/"] : [])
        return names.filter { bundle.namespace($0) == nil }.map { pattern in
            PolicyFinding(
                severity: .error, position: rule.position,
                message: "'\(rule.id)' speaks of the namespace '\(pattern)', which has no policy: correct the name, or remove it")
        }
    }

    private func breadth(_ rule: ApiRule) -> [PolicyFinding] {
        var findings: [PolicyFinding] = []
        func warn(_ message: String) { findings.append(.init(severity: .warning, position: rule.position, message: message)) }
        for pattern in rule.namespaces + rule.rooms + rule.events where pattern.endsInRest {
            warn("'\(rule.id)' allows '\(pattern)', which is everything below it at any depth: use '*' or name what is meant")
        }
        if rule.when?.scopes == nil, rule.when?.roles == nil, rule.when?.claims.isEmpty != false {
            warn("'\(rule.id)' lets every token of its issuer call: add scopes that only back ends have, unless it issues to nobody else")
        }
        if rule.rate == nil { warn("'\(rule.id)' has no rate: add one, such as 'rate: { subject: 100/s burst 200 }'") }
        return findings
    }
}
