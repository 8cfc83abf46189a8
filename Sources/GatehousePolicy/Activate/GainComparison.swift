import GatehouseJSON

/// Compares two policies of one namespace for one subject, over everything that their patterns can tell apart.
struct GainComparison {
    let new: NamespacePolicy
    let newGrants: Grants
    /// The namespace in the bundle in force, and what it grants; nil where there is none, which grants nothing.
    let old: NamespacePolicy?
    let oldGrants: Grants?
    let subject: Subject
    let now: Int64
    /// The most requests to decide; above it a gain cannot be ruled out.
    let limit: Int

    /// The second instant is one at which every authentication is too old.
    private var instants: [Int64] { [now, .max / 2] }

    private var rules: [PolicyRule] {
        [new, old].compactMap { $0 }.flatMap { policy in policy.rules.filter { $0.namespace == policy.name } }
    }

    func gains(_ events: [String]) -> [PolicyGain] {
        if let gain = first(.connect, .connect, new.name) { return [gain] + inner(events) }
        return inner(events)
    }

    private func inner(_ extra: [String]) -> [PolicyGain] {
        let rules = rules
        let names = RepresentativeNames(values: { TemplateValues.text(of: $0, subject) }, limit: 4_096)
        let incomparable = PolicyGain(kind: .incomparable, name: new.name, rule: nil)
        guard let joins = names.of(rules.filter { $0.section == .join }.flatMap(\.rooms), ":"),
            let events = names.of(rules.filter { $0.section == .send }.flatMap(\.events), ".", with: extra),
            let received = names.of(rules.filter { $0.section == .receive }.flatMap(\.events), ".", with: extra),
            let rooms = names.of(rules.filter { $0.section == .send }.flatMap(\.rooms), ":")
        else { return [incomparable] }
        let sizes = Set([0] + rules.compactMap(\.maxBytes).flatMap { [$0, $0 &+ 1] }).compactMap { Int(exactly: $0) }.sorted()
        guard events.count * (rooms.count + 1) * 2 * sizes.count * instants.count <= limit else { return [incomparable] }
        var gains = joins.compactMap { first(.join(room: $0), .join, $0) }
        gains += received.compactMap { first(.receive(event: $0), .receive, $0) }
        for event in events { gains += send(event, rooms, sizes) }
        return gains
    }

    private func send(_ event: String, _ rooms: [String], _ sizes: [Int]) -> [PolicyGain] {
        var gains: [PolicyGain] = []
        func add(_ gain: PolicyGain?) { if let gain, !gains.contains(where: { $0.kind == gain.kind }) { gains.append(gain) } }
        for room in [nil] + rooms.map(Optional.some) {
            for isJoined in [true, false] where room != nil || !isJoined {
                for size in sizes {
                    let action = PolicyAction.send(event: event, room: room, isJoined: isJoined, bytes: size)
                    add(first(action, .send, event))
                    add(scope(action, event))
                    add(approval(action, event))
                }
            }
        }
        return gains
    }

    private func first(_ action: PolicyAction, _ kind: PolicyGain.Kind, _ name: String) -> PolicyGain? {
        for instant in instants {
            let decision = newGrants.decide(action, now: instant)
            guard decision.isAllowed, !(oldGrants?.decide(action, now: instant).isAllowed ?? false) else { continue }
            return PolicyGain(kind: kind, name: name, rule: new.ruleID(decision))
        }
        return nil
    }

    /// A right that reaches more rooms than before.
    private func scope(_ action: PolicyAction, _ event: String) -> PolicyGain? {
        guard let old, let before = oldGrants?.decide(action, now: now), before.isAllowed else { return nil }
        let after = newGrants.decide(action, now: now)
        guard after.isAllowed, case .rooms(let few) = old.roomScope(before, claims: subject.claims) else { return nil }
        if case .rooms(let many) = new.roomScope(after, claims: subject.claims), many.allSatisfy({ few.containsBytes(of: $0) }) {
            return nil
        }
        return PolicyGain(kind: .scope, name: event, rule: new.ruleID(after))
    }

    /// An event that no longer needs a second person.
    private func approval(_ action: PolicyAction, _ event: String) -> PolicyGain? {
        guard old?.approval(forEvent: event) != nil, new.approval(forEvent: event) == nil else { return nil }
        let after = newGrants.decide(action, now: now)
        return after.isAllowed ? PolicyGain(kind: .approval, name: event, rule: new.ruleID(after)) : nil
    }
}
