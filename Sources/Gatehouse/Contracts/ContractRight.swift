package import GatehouseJSON
import GatehousePolicy

/// A rule of a policy that may allow an event, as far as a front end can plan with it. Deny rules may still take away what it gives.
package struct ContractRight: Sendable {
    /// The rule's id.
    package let rule: String
    let roles: MemberTest?
    let scopes: MemberTest?
    let isForAnonymous: Bool
    /// Whether it asks for more than roles and scopes: rooms, claims, an address.
    let hasConditions: Bool

    init(_ rule: PolicyRule) {
        self.rule = rule.id
        roles = rule.when?.roles
        scopes = rule.when?.scopes
        isForAnonymous = rule.when?.anonymous == true
        var rest = rule.when
        rest?.roles = nil
        rest?.scopes = nil
        rest?.anonymous = false
        hasConditions = (rest.map { $0 != Condition() } ?? false) || rule.unless != nil || !rule.rooms.isEmpty || rule.joined
    }

    static func all(_ rules: [PolicyRule], _ section: PolicyRule.Section, _ event: String) -> [ContractRight] {
        rules.filter { rule in rule.section == section && rule.events.contains { $0.matches(event: event) } }.map { ContractRight($0) }
    }

    /// The right as contracts list it.
    package var json: JSONValue {
        var json: JSONObject = ["rule": .string(rule)]
        if let roles { json["roles"] = Self.json(roles) }
        if let scopes { json["scopes"] = Self.json(scopes) }
        if isForAnonymous { json["anonymous"] = true }
        if hasConditions { json["conditions"] = true }
        return .object(json)
    }

    private static func json(_ test: MemberTest) -> JSONValue {
        var json = JSONObject()
        if let any = test.anyOf { json["any_of"] = .array(any.map { .string($0) }) }
        if let all = test.allOf { json["all_of"] = .array(all.map { .string($0) }) }
        return .object(json)
    }

    /// The right in words: `send.message: one of the roles user, staff`.
    var text: String {
        var parts: [String] = []
        if isForAnonymous { parts.append("without a token") }
        for (test, name) in [(roles, "role"), (scopes, "scope")] {
            if let any = test?.anyOf { parts.append("\(name) " + any.joined(separator: " or ")) }
            if let all = test?.allOf { parts.append("\(name)s " + all.joined(separator: " and ")) }
        }
        if hasConditions { parts.append("more conditions") }
        return rule + (parts.isEmpty ? "" : " (" + parts.joined(separator: ", ") + ")")
    }
}
