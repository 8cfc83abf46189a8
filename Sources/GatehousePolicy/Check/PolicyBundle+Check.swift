extension PolicyBundle {
    /// All findings, in the order of file and line. Exit code of `policy check`: 0 for none, 1 for warnings only, 2 for errors.
    /// - Parameter catalogue: the registered routes; nil to leave them out.
    package func check(against catalogue: RouteCatalogue? = nil) -> [PolicyFinding] {
        var findings: [PolicyFinding] = []
        for relaxation in relaxations {
            let what = relaxation.rule.map { "rule '\($0)'" } ?? "this file"
            findings.append(
                .init(
                    severity: .warning, position: relaxation.position,
                    message: "\(what) is in mode \(relaxation.mode.rawValue) and refuses nobody: write enforce when its records look right")
            )
        }
        findings += ProxyCheck(bundle: self).findings()
        findings += EscalationCheck(bundle: self).findings()
        findings += ApiCheck(bundle: self).findings()
        for rule in rules { findings += BreadthCheck.findings(rule) }
        for policy in namespaces.values { findings += NamespaceCheck(bundle: self, policy: policy).findings() }
        if let catalogue { findings += RouteCheck(bundle: self, catalogue: catalogue).findings() }
        return findings.sorted { ($0.position, $0.message) < ($1.position, $1.message) }
    }
}
