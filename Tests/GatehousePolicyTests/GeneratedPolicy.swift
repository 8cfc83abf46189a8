import GatehouseJSON
import GatehouseNetwork
import GatehousePolicy
import GatehouseTestSupport

/// A rule of a generated policy, kept in parts so that it can be moved, left out and narrowed.
struct GeneratedRule {
    var section: PolicyRule.Section
    var effect: PolicyRule.Effect
    var id: String
    /// Members other than `id`, `when` and `unless`.
    var members: [String] = []
    var when: [String] = []
    var unless: [String] = []

    var text: String {
        var parts = ["id: \(id)"] + members
        if !when.isEmpty { parts.append("when: { \(when.joined(separator: ", ")) }") }
        if !unless.isEmpty { parts.append("unless: { \(unless.joined(separator: ", ")) }") }
        return "{ \(parts.joined(separator: ", ")) }"
    }
}

/// A policy of one namespace made by chance from few words, so that rules and requests meet often.
struct GeneratedPolicy {
    var rules: [GeneratedRule]
    var mode = "enforce"

    private static let global = """
        apiVersion: gatehouse/v1
        kind: Global
        revision: 1
        issuers:
          corp: { iss: "https://corp.example", audience: [a], jwks_file: certs/c.json, algorithms: [ES256] }
          staff: { iss: "https://staff.example", audience: [a], jwks_file: certs/s.json, algorithms: [ES256] }
        claims: { roles: /roles, scopes: /scope }
        deny: [
        """

    private func list(_ section: PolicyRule.Section, _ effect: PolicyRule.Effect) -> String {
        rules.filter { $0.section == section && $0.effect == effect }.map(\.text).joined(separator: ",\n    ")
    }

    func load() throws -> PolicyBundle {
        let files = files
        return try PolicyBundle.load(files: [
            PolicyFile(name: "chat.yaml", text: files.chat), PolicyFile(name: "_global.yaml", text: files.global),
        ])
    }

    /// The texts of `chat.yaml` and `_global.yaml`.
    var files: (chat: String, global: String) {
        var text = "apiVersion: gatehouse/v1\nkind: NamespacePolicy\nnamespace: /chat\nrevision: 1\nmode: \(mode)\n"
        text += "transports: [websocket]\norigin: { allow: [\"https://a.example\"], allow_missing: true }\n"
        func section(_ name: String, _ kind: PolicyRule.Section) -> String {
            let lists = [PolicyRule.Effect.allow, .deny].compactMap { effect in
                let list = list(kind, effect)
                return list.isEmpty ? nil : "\(effect.rawValue): [\(list)]"
            }
            return lists.isEmpty ? "" : "\(name): { \(lists.joined(separator: ", ")) }"
        }
        for (name, kind) in [("connect", PolicyRule.Section.connect), ("send", .send), ("receive", .receive)] {
            let body = section(name, kind)
            if !body.isEmpty { text += body + "\n" }
        }
        let join = section("join", .join)
        if !join.isEmpty { text += "rooms: { \(join) }\n" }
        let denies = list(.global, .deny)
        let global = denies.isEmpty ? Self.global.replacing("deny: [", with: "") : Self.global + denies + "]\n"
        return (text, global)
    }
}

extension GeneratedPolicy {
    static let roles = ["user", "moderator", "admin"]
    static let events = ["message", "typing", "mod.delete", "mod.x", "a:b", "zz.q"]
    static let eventPatterns = [
        "message", "typing", "mod.delete", "\"mod.*\"", "\"*\"", "\"**\"", "\"a:*\"", "\"zz.**\"", "[message, \"mod.x\"]",
    ]

    init(rules count: Int, using random: inout SeededRandom) {
        rules = (0..<count).map { Self.rule("r\($0)", using: &random) }
    }

    static func rule(_ id: String, effect: PolicyRule.Effect? = nil, using random: inout SeededRandom) -> GeneratedRule {
        var section = random.pick([PolicyRule.Section.connect, .join, .join, .send, .send, .send, .receive, .receive, .global])
        var effect = effect ?? (section == .global || random.chance(30) ? .deny : .allow)
        if section == .global {
            if effect == .allow { section = .send }
            effect = section == .global ? .deny : effect
        }
        var rule = GeneratedRule(section: section, effect: effect, id: id)
        switch section {
        case .join: rule.members.append("room: \"\(room(using: &random))\"")
        case .receive: rule.members.append("event: \(random.pick(eventPatterns))")
        case .send:
            rule.members.append("event: \(random.pick(eventPatterns))")
            if random.chance(60) {
                rule.members.append("room_at: /room")
                if random.chance(60) { rule.members.append("to: \"\(room(using: &random))\"") }
                if random.chance(40) { rule.members.append("joined: true") }
            }
            if effect == .allow, random.chance(20) { rule.members.append("max_bytes: 100B") }
            if effect == .allow, random.chance(20) { rule.members.append("rate: { connection: \(random.pick([1, 5]))/s burst 9 }") }
        case .connect, .global: break
        }
        if random.chance(60) || section == .global { rule.when = conditions(using: &random) }
        if random.chance(25) { rule.unless = conditions(using: &random) }
        return rule
    }

    static func room(using random: inout SeededRandom) -> String {
        let count = Int.random(in: 1...3, using: &random)
        var parts = (0..<count).map { _ in random.pick(["a", "b", "u1", "*", "*", "{sub}", "{/tenant}"]) }
        if random.chance(20) { parts[count - 1] = "**" }
        return parts.joined(separator: ":")
    }

    static let members = [
        "roles: { any_of: [user] }", "roles: { any_of: [moderator, admin] }", "roles: { all_of: [user, moderator] }",
        "scopes: { any_of: [r] }", "scopes: { all_of: [r, w] }", "issuer: corp", "issuer: staff",
        "claims: { \"/tenant\": { equals: acme } }",
        "claims: { \"/n\": { gte: 3 } }", "claims: { \"/n\": { in: [1, 2] }, \"/flag\": { equals: true } }",
        "claims: { \"/flag\": { exists: false } }", "auth: { max_age: 60s }", "auth: { amr_any: [mfa] }", "ip: [\"10.0.0.0/8\"]",
        "transport: websocket", "claims: { \"/deep/x\": { exists: true } }",
    ]

    static func conditions(using random: inout SeededRandom) -> [String] {
        if random.chance(6) { return ["anonymous: true"] }
        var chosen: [String: String] = [:]
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let member = random.pick(members)
            chosen[String(member.prefix { $0 != ":" })] = member
        }
        return chosen.keys.sorted().compactMap { chosen[$0] }
    }

    static func subject(_ settings: GlobalSettings, using random: inout SeededRandom) -> Subject {
        let ip = random.chance(3) ? nil : IPAddress(random.pick(["10.1.2.3", "192.0.2.1", "::ffff:10.0.0.1", "2001:db8::1"]))
        let origin = RequestOrigin(random.pick([nil, nil, nil, "https://a.example", "https://b.example"]))
        let transport = random.chance(90) ? TransportName.websocket : .polling
        if random.chance(8) { return Subject(anonymousFrom: ip, origin: origin, transport: transport) }
        var claims = JSONObject()
        if random.chance(90) { claims["roles"] = .array(roles.filter { _ in random.chance(50) }.map { .string($0) }) }
        if random.chance(3) { claims["roles"] = .string("user") }
        if random.chance(80) { claims["scope"] = .string(random.pick(["r", "w", "r w", ""])) }
        if random.chance(3) { claims["scope"] = .integer(1) }
        if random.chance(80) { claims["tenant"] = random.pick([.string("acme"), .string("a"), .string("*"), .string("b:a"), .integer(4)]) }
        if random.chance(70) { claims["n"] = random.pick([.integer(1), .integer(3), .number(3.5), .string("3")]) }
        if random.chance(50) { claims["flag"] = random.pick([.bool(true), .bool(false), .string("true")]) }
        if random.chance(60) {
            claims["auth_time"] = random.pick([.integer(990), .integer(940), .integer(939), .integer(2_000), .string("x")])
        }
        if random.chance(50) { claims["amr"] = random.pick([.array(["mfa"]), .array(["pwd"]), .string("mfa")]) }
        let issuer = random.pick(["corp", "staff"])
        return Subject(
            issuer: issuer, iss: "https://\(issuer).example", sub: random.pick(["u1", "a", "*", "**", "a:b", "{sub}", ""]),
            claims: .object(claims), ip: ip, origin: origin, transport: transport, settings: settings)
    }

    static func action(using random: inout SeededRandom) -> PolicyAction {
        func room() -> String {
            (0..<Int.random(in: 1...3, using: &random)).map { _ in random.pick(["a", "b", "u1", "acme", "*", ""]) }.joined(separator: ":")
        }
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return .connect
        case 1...3: return .join(room: room())
        case 4...7:
            let named: String? = random.chance(80) ? room() : nil
            return .send(event: random.pick(events), room: named, isJoined: random.chance(50), bytes: random.pick([10, 100, 101]))
        default: return .receive(event: random.pick(events))
        }
    }

    /// The instant of all generated requests, in seconds.
    static let now: Int64 = 1_000
}
