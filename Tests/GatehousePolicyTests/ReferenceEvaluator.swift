import GatehouseJSON
import GatehouseNetwork
import GatehousePolicy

/// The reference evaluator (REL-02): the semantics of the specification in the plainest way, lists, strings and three-valued logic, with no table, bit or cache. Slow.
struct ReferenceEvaluator {
    let bundle: PolicyBundle
    let subject: Subject
    let now: Int64

    enum Truth { case no, yes, error }
    struct Verdict: Equatable { var effect: String, reason: String, rule: String?, wouldDeny: Bool }

    func decide(_ namespace: String, _ action: PolicyAction) -> Verdict {
        guard let policy = bundle.namespaces[namespace] else {
            return Verdict(effect: "deny", reason: "unknown_namespace", rule: nil, wouldDeny: false)
        }
        let guards = bundle.rules.filter { $0.section == .global }.sorted { $0.id < $1.id }
        if let (rule, truth) = firstMatch(guards, action) {
            return deny(truth == .error ? "evaluation_error" : "deny_rule", rule.id, .enforce)
        }
        var mode = policy.settings.mode
        switch action {
        case .connect:
            if !policy.settings.transports.contains(subject.transport) { return deny("transport_not_allowed", nil, .enforce) }
            let origin = policy.settings.origin
            if !(subject.origin.text.map { text in origin.allow.contains { $0.description == text } } ?? origin.allowMissing) {
                return deny("origin_not_allowed", nil, .enforce)
            }
            if subject.anonymous { mode = .enforce }
        case .join(let room) where room.isEmpty: return deny("invalid_name", nil, .enforce)
        case .send(_, let room?, _, _) where room.isEmpty: return deny("invalid_name", nil, .enforce)
        default: break
        }
        let own = bundle.rules.filter { $0.namespace == namespace && $0.section == section(action) }
        func inForce(_ rule: PolicyRule) -> PolicyMode { rule.mode ?? policy.settings.mode }
        let denies = own.filter { $0.effect == .deny }
            .sorted { (inForce($0) == .enforce ? 0 : 1, $0.id) < (inForce($1) == .enforce ? 0 : 1, $1.id) }
        var soft: Verdict?
        if let (rule, truth) = firstMatch(denies, action) {
            let verdict = deny(truth == .error ? "evaluation_error" : "deny_rule", rule.id, inForce(rule))
            if verdict.effect == "deny" { return verdict }
            soft = verdict
        }
        var nearest = ["no_matching_allow"]
        var matched: [PolicyRule] = []
        for rule in own where rule.effect == .allow && conditions(rule) == .yes {
            let (fits, reason) = resource(rule, action)
            if fits == .yes { matched.append(rule) } else if let reason { nearest.append(reason) }
        }
        // The widest rate decides, then the id.
        func width(_ rule: PolicyRule) -> Double { rule.rate?.connection?.perSecond ?? .infinity }
        if let rule = matched.min(by: { (-width($0), $0.id) < (-width($1), $1.id) }) {
            return soft ?? Verdict(effect: "allow", reason: "allow_rule", rule: rule.id, wouldDeny: false)
        }
        if mode != .enforce, let soft { return soft }
        let order = ["no_matching_allow", "room_missing", "not_joined", "too_large"]
        return deny(order.last { nearest.contains($0) } ?? "", nil, mode)
    }

    private func deny(_ reason: String, _ rule: String?, _ mode: PolicyMode) -> Verdict {
        Verdict(effect: mode == .enforce ? "deny" : "allow", reason: reason, rule: rule, wouldDeny: mode != .enforce)
    }

    private func section(_ action: PolicyAction) -> PolicyRule.Section {
        switch action {
        case .connect: .connect
        case .join: .join
        case .send: .send
        case .receive: .receive
        }
    }

    private func firstMatch(_ denies: [PolicyRule], _ action: PolicyAction) -> (PolicyRule, Truth)? {
        for rule in denies {
            let fits = rule.section == .global ? .yes : resource(rule, action).0
            if fits == .no { continue }
            if fits == .error { if conditions(rule, ages: false) != .no { return (rule, .error) } else { continue } }
            let truth = conditions(rule)
            if truth != .no { return (rule, truth) }
        }
        return nil
    }

    /// What is false is false, whatever else cannot be told; the age of the authentication is asked last.
    private func conditions(_ rule: PolicyRule, ages: Bool = true) -> Truth {
        if rule.section == .connect, rule.effect == .allow, subject.anonymous, rule.when?.anonymous != true { return .no }
        let when = rule.when.map { members($0) } ?? .yes
        let unless = rule.unless.map { members($0) } ?? .no
        if when == .no || (unless == .yes && rule.unless?.auth?.maxAge == nil) { return .no }
        if when == .error || unless == .error { return .error }
        guard ages else { return .yes }
        if let limit = rule.when?.auth?.maxAge, !isFresh(limit) { return .no }
        if unless == .yes, let limit = rule.unless?.auth?.maxAge, isFresh(limit) { return .no }
        return .yes
    }

    private func isFresh(_ limit: Int64) -> Bool {
        guard case .value(let time) = subject.authTime else { return false }
        return now - time <= limit && time <= now + 60
    }

    private func members(_ condition: Condition) -> Truth {
        var all: [Truth] = []
        if condition.anonymous { all.append(subject.anonymous ? .yes : .no) }
        if let issuers = condition.issuers { all.append(subject.issuer.map { issuers.contains($0) } == true ? .yes : .no) }
        for (test, claimed) in [(condition.roles, subject.roles), (condition.scopes, subject.scopes)] {
            guard let test else { continue }
            all.append(
                words(claimed) { words in
                    !(test.anyOf.map { !words.isDisjoint(with: $0) } == false) && words.isSuperset(of: test.allOf ?? [])
                })
        }
        all += condition.claims.map { claim($0) }
        if let auth = condition.auth {
            if auth.maxAge != nil {
                switch subject.authTime {
                case .missing: all.append(.no)
                case .invalid: all.append(.error)
                case .value: all.append(.yes)
                }
            }
            if let wanted = auth.amrAny { all.append(words(subject.amr) { !$0.isDisjoint(with: wanted) }) }
        }
        if let blocks = condition.ip { all.append(subject.ip.map { ip in blocks.contains { $0.contains(ip) } ? .yes : .no } ?? .error) }
        if let names = condition.transports { all.append(names.contains(subject.transport) ? .yes : .no) }
        return all.contains(.no) ? .no : all.contains(.error) ? .error : .yes
    }

    private func words(_ claimed: Subject.Claimed<[String]>, _ test: (Set<String>) -> Bool) -> Truth {
        switch claimed {
        case .missing: .no
        case .invalid: .error
        case .value(let words): test(Set(words)) ? .yes : .no
        }
    }

    private func claim(_ test: ClaimTest) -> Truth {
        let value = subject.claims?.value(at: test.pointer)
        if let exists = test.exists { return exists == (value != nil) ? .yes : .no }
        guard let value else { return .no }
        var all: [Truth] = []
        func same(_ other: JSONValue) -> Bool? {
            if case .string(let left) = value, case .string(let right) = other { return left == right }
            if case .bool(let left) = value, case .bool(let right) = other { return left == right }
            if let left = value.doubleValue, let right = other.doubleValue { return left == right }
            return nil
        }
        if let other = test.equals { all.append(same(other).map { $0 ? .yes : .no } ?? .error) }
        if let others = test.among {
            let answers = others.compactMap { same($0) }
            all.append(answers.isEmpty ? .error : answers.contains(true) ? .yes : .no)
        }
        if let low = test.atLeast?.doubleValue { all.append(value.doubleValue.map { $0 >= low ? .yes : .no } ?? .error) }
        return all.contains(.no) ? .no : all.contains(.error) ? .error : .yes
    }

    private func resource(_ rule: PolicyRule, _ action: PolicyAction) -> (Truth, String?) {
        switch action {
        case .connect: return (.yes, nil)
        case .receive(let event): return (rule.events.contains { matches($0, event, ":.") } ? .yes : .no, nil)
        case .join(let room): return (rule.rooms.contains { matches($0, room, ":") } ? .yes : .no, nil)
        case .send(let event, let room, let isJoined, let bytes):
            guard rule.events.contains(where: { matches($0, event, ":.") }) else { return (.no, nil) }
            if rule.roomAt != nil {
                guard let room else { return (rule.effect == .deny ? .error : .no, "room_missing") }
                guard rule.rooms.isEmpty || rule.rooms.contains(where: { matches($0, room, ":") }) else { return (.no, nil) }
                if rule.joined, !isJoined { return (.no, "not_joined") }
            }
            return Int64(bytes) > rule.maxBytes ?? .max ? (.no, "too_large") : (.yes, nil)
        }
    }

    private func matches(_ pattern: NamePattern, _ name: String, _ separators: String) -> Bool {
        let names = name.split(omittingEmptySubsequences: false) { separators.contains($0) }.map(String.init)
        guard names.allSatisfy({ !$0.isEmpty }) || !pattern.description.contains("*") else { return false }
        let patterns = pattern.description.split(separator: ":").flatMap { part in
            separators.contains(".") ? part.split(separator: ".") : [part]
        }.map(String.init)
        let marks = (
            pattern.description.filter { $0 == ":" || $0 == "." && separators.contains(".") }, name.filter { separators.contains($0) }
        )
        if patterns.last != "**", patterns.count != names.count { return false }
        guard names.count >= patterns.count, marks.1.hasPrefix(marks.0) else { return false }
        for (at, part) in patterns.enumerated() {
            if part == "**" { return true }
            if part == "*" { continue }
            var wanted: String? = part
            if part == "{sub}" { wanted = safe(subject.sub) }
            if part == "{/tenant}" { wanted = safe(subject.claims?["tenant"]?.stringValue) }
            guard wanted == names[at] else { return false }
        }
        return true
    }

    private func safe(_ text: String?) -> String? {
        guard let text, (1...128).contains(text.count),
            text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_.@-".contains($0)) })
        else { return nil }
        return text
    }
}
