/// Rules that allow more than a reader may think.
enum BreadthCheck {
    static func findings(_ rule: PolicyRule) -> [PolicyFinding] {
        guard rule.effect == .allow else { return [] }
        func warning(_ message: String) -> PolicyFinding { .init(severity: .warning, position: rule.position, message: message) }
        var findings: [PolicyFinding] = []
        for pattern in rule.events + rule.rooms where pattern.endsInRest {
            findings.append(
                warning("'\(rule.id)' allows '\(pattern)', which is everything below it at any depth: use '*' or name what is meant"))
        }
        for pattern in rule.events + rule.rooms where pattern.segments == [.any] {
            findings.append(warning("'\(rule.id)' allows '*', which is every name of one segment: name what is meant"))
        }
        if rule.section == .connect {
            if rule.when?.anonymous == true {
                findings.append(warning("'\(rule.id)' lets anybody in without a token"))
            } else if rule.when == nil, rule.unless == nil {
                findings.append(warning("'\(rule.id)' lets every valid token of every issuer in: add 'when', such as { issuer: corp }"))
            }
        }
        return findings
    }
}
