import GatehouseJSON
import GatehouseNetwork
import GatehousePolicy

/// Whatever a bundle says: an action is allowed by an allow rule of its section and namespace, or by nothing under `enforce`; and the account
/// of a decision tells the same decision.
enum PolicyOracle {
    private static let actions: [PolicyAction] = [
        .connect, .join(room: "lobby:tea"), .join(room: "user:alice"), .join(room: ""), .join(room: "staff:a:b"),
        .send(event: "message", room: "lobby:tea", isJoined: true, bytes: 100),
        .send(event: "message", room: nil, isJoined: false, bytes: 1 << 20),
        .send(event: "join", room: "user:alice", isJoined: false, bytes: 1),
        .send(event: "a.b", room: nil, isJoined: false, bytes: 0), .receive(event: "message"), .receive(event: "presence.join"),
        .receive(event: ""),
    ]

    static func check(_ bundle: PolicyBundle) throws {
        for subject in subjects(bundle.global) {
            for policy in bundle.namespaces.values {
                let grants = policy.grants(for: subject)
                for action in actions {
                    let decision = grants.decide(action, now: 1_800_000_000)
                    let account = policy.explain(action, subject: subject, now: 1_800_000_000)
                    try require(account.decision == decision, "the account of \(action) tells another decision")
                    try require(!account.text.isEmpty, "no account of \(action)")
                    try check(decision, action, subject, policy, bundle)
                }
            }
        }
    }

    private static func check(
        _ decision: Decision, _ action: PolicyAction, _ subject: Subject, _ policy: NamespacePolicy, _ bundle: PolicyBundle
    ) throws {
        guard decision.isAllowed else { return }
        guard let index = decision.allowedBy else {
            return try require(decision.mode != .enforce && decision.wouldDeny, "\(action) is allowed by no rule")
        }
        guard let rule = policy.rule(index) else { throw BrokenOracle("\(action) is allowed by a rule that is not there") }
        try require(rule.effect == .allow && rule.namespace == policy.name, "\(action) is allowed by a rule that does not speak of it")
        let section: PolicyRule.Section =
            switch action {
            case .connect: .connect
            case .join: .join
            case .send: .send
            case .receive: .receive
            }
        try require(rule.section == section, "\(action) is allowed by a rule of another section")
        if case .connect = action, subject.anonymous {
            try require(rule.when?.anonymous == true, "nobody may connect without a token unless a rule says so")
        }
        let denies = bundle.rules.contains {
            $0.effect == .deny && $0.section == section && $0.when == nil && $0.unless == nil && isEverything($0)
        }
        try require(!denies || policy.settings.mode != .enforce, "\(action) is allowed although everything is denied")
    }

    /// Whether a rule speaks of every connect; rules on events and rooms always name some.
    private static func isEverything(_ rule: PolicyRule) -> Bool { rule.section == .connect && (rule.mode ?? .enforce) == .enforce }

    private static func subjects(_ settings: GlobalSettings) -> [Subject] {
        let claims: [JSONValue] = [
            [:], ["roles": ["user"], "scope": "read write", "tenant": "acme", "auth_time": 1_799_999_000, "amr": ["otp"]],
            ["roles": ["moderator", "admin"], "account": ["suspended": true]], ["roles": "admin", "scope": 7, "auth_time": "x"],
        ]
        let here = IPAddress("127.0.0.1")
        return [Subject(anonymousFrom: here, origin: "https://app.example.com", transport: .polling)]
            + claims.map {
                Subject(
                    issuer: "corp", iss: "https://corp.example", sub: "alice", claims: $0, ip: here, origin: nil, transport: .websocket,
                    settings: settings)
            }
    }
}
