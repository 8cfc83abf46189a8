package import GatehouseJSON

extension PolicyBundle {
    /// Runs suites against this bundle. Pure: the clock stands at one instant.
    package func run(_ suites: [PolicyTestSuite]) -> PolicyTestReport {
        var results: [PolicyTestReport.Result] = []
        var covered: Set<String> = []
        for suite in suites {
            for test in suite.cases {
                results.append(
                    .init(
                        suite: suite.name, name: test.name, position: test.position,
                        failure: run(test, test.namespace ?? suite.namespace, &covered)))
            }
            for row in suite.table?.rows ?? [] {
                for (role, expected) in zip(suite.table?.roles ?? [], row.cells) {
                    let actual = matrixCell(namespace: suite.namespace, role: role, event: row.event)
                    results.append(
                        .init(
                            suite: suite.name, name: "\(role) \(row.event)", position: row.position,
                            failure: actual == expected ? nil : "expected \(expected.rawValue), got \(actual.rawValue)"))
                }
            }
        }
        return PolicyTestReport(results: results, covered: covered, uncovered: rules.filter { !covered.contains($0.id) })
    }

    private static let testClock: Int64 = 1_700_000_000

    private func run(_ test: PolicyTestSuite.Case, _ namespace: String, _ covered: inout Set<String>) -> String? {
        let decision: Decision, rule: String
        var account: String?
        if let policy = self.namespace(namespace) {
            guard var subject = subject(test.actor) else {
                return "'\(test.actor.issuer ?? "")' is no issuer of _global.yaml, or a pointer under 'claims' cannot be made"
            }
            subject.namespace = namespace
            let explanation = policy.explain(test.action, subject: subject, now: Self.testClock)
            (decision, rule, account) = (explanation.decision, explanation.rule, explanation.text)
        } else {
            (decision, rule) = (.unknownNamespace(generation: generation), "builtin.default")
        }
        for index in [decision.rule, decision.allowedBy] { if let id = index.flatMap({ ruleID($0) }) { covered.insert(id) } }
        let expected = test.expectation
        var differences: [String] = []
        if expected.effect != decision.effect { differences.append("effect \(expected.effect.rawValue)") }
        if let wanted = expected.rule, wanted != rule { differences.append("rule \(wanted)") }
        if let wanted = expected.reason, wanted != decision.reason { differences.append("reason \(wanted.rawValue)") }
        if let wanted = expected.wouldDeny, wanted != decision.wouldDeny { differences.append("would_deny \(wanted)") }
        guard !differences.isEmpty else { return nil }
        return
            "expected \(differences.joined(separator: ", ")); got \(account ?? "deny (\(decision.reason.rawValue)): no policy for \(namespace)")"
    }

    /// The subject that an actor of a test stands for, with roles and scopes put where the configuration looks for them.
    package func subject(_ actor: PolicyTestSuite.Actor) -> Subject? {
        guard let name = actor.issuer else {
            return Subject(anonymousFrom: actor.ip, origin: actor.origin, transport: actor.transport)
        }
        guard let issuer = global.issuers.first(where: { $0.name == name }) else { return nil }
        var claims = JSONValue.object(actor.claims)
        if let roles = actor.roles {
            guard let pointer = global.rolesClaim(of: name) else { return nil }
            claims = claims.setting(.array(roles.map { .string($0) }), at: pointer.tokens[...])
        }
        if let scope = actor.scope {
            guard let pointer = global.scopesClaim(of: name) else { return nil }
            claims = claims.setting(.string(scope), at: pointer.tokens[...])
        }
        if let age = actor.authAge { claims = claims.setting(.integer(Self.testClock - age), at: ["auth_time"]) }
        return Subject(
            issuer: name, iss: issuer.iss, sub: actor.sub, claims: claims, ip: actor.ip, origin: actor.origin, transport: actor.transport,
            settings: global)
    }
}

extension JSONValue {
    /// With a value put at a place, through objects that are made where missing. A pointer of a policy file bounds the recursion.
    package func setting(_ value: JSONValue, at tokens: ArraySlice<String>) -> JSONValue {
        guard let first = tokens.first else { return value }
        var object = objectValue ?? JSONObject()
        object[first] = (object[first] ?? .object(JSONObject())).setting(value, at: tokens.dropFirst())
        return .object(object)
    }
}
