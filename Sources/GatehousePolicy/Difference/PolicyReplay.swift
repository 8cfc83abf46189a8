import GatehouseJSON

/// Decides again what an audit log says was decided, under a newer bundle (`policy diff --replay`).
///
/// Claims and scopes are not in the log, so a rule that asks for them cannot be evaluated. Three things help. If no rule about the act has
/// changed, the decision has not either. A rule that both bundles have came out as the record says: the rule it names matched, and none did
/// if it names none. And the conditions of a rule besides claims may settle it alone. If both answers stay possible, the outcome is
/// `.untold`: nothing is guessed.
package struct PolicyReplay: Sendable {
    package enum Outcome: Sendable, Equatable {
        case same
        /// The decision changes. `rule` determines it, `builtin.default` where none does.
        case changed(isAllowed: Bool, rule: String)
        /// Unknown: `rule` asks for something that no log holds.
        case untold(rule: String, unknown: [String])
        /// Not a decision of the older bundle: it names a rule that bundle does not have.
        case foreign
    }

    private let old: PolicyBundle
    private let new: PolicyBundle
    private let ofOld: [String: PolicyRule]

    package init(from old: PolicyBundle, to new: PolicyBundle) {
        self.old = old
        self.new = new
        ofOld = Dictionary(old.rules.map { ($0.id, $0) }) { first, _ in first }
    }

    package func outcome(of record: RecordedDecision) -> Outcome {
        if let room = record.act.room, !CanonicalText.isName(room.utf8Span.span) {
            // No bundle lets such a name through; a log that says so has cut or escaped it.
            return record.wasAllowed ? .untold(rule: record.rule, unknown: ["the room's name"]) : .same
        }
        guard record.rule.hasPrefix("builtin.") || ofOld[record.rule] != nil, old.namespace(record.namespace) != nil || !record.wasAllowed
        else { return .foreign }
        guard let policy = new.namespace(record.namespace) else { return judge(record, canAllow: nil, canDeny: "builtin.default") }
        if isUntouched(record, policy) { return .same }
        return decide(record, policy)
    }

    private func decide(_ record: RecordedDecision, _ policy: NamespacePolicy) -> Outcome {
        let rules = new.rules.filter { $0.section == .global || ($0.namespace == policy.name && $0.section == record.act.section) }
        var denier: (rule: String, isCertain: Bool)?
        var allower: (rule: String, isCertain: Bool)?
        var open: PolicyRule?
        for rule in rules {
            let truths = known(rule, record)
            let hits: PossibleTruths = rule.effect == .deny ? [.yes, .error] : .yes
            // A deny that only watches changes no effect.
            guard !truths.isDisjoint(with: hits), rule.effect == .allow || isEnforced(rule, policy.settings.mode) else { continue }
            let isCertain = hits.isSuperset(of: truths)
            if !isCertain, open == nil { open = rule }
            if rule.effect == .deny, !(denier?.isCertain ?? false) { denier = (rule.id, isCertain) }
            if rule.effect == .allow, !(allower?.isCertain ?? false) { allower = (rule.id, isCertain) }
        }
        if case .connect = record.act {
            if let transport = record.transport {
                if !policy.settings.transports.contains(transport) { denier = ("builtin.default", true) }
            } else if denier == nil {
                denier = ("builtin.default", false)
            }
            if let isRefused = isOriginRefused(record, policy) {
                denier = ("builtin.default", denier?.isCertain == true || isRefused)
            }
        }
        let isLenient = policy.settings.mode != .enforce && !(record.act == .connect && record.issuer == nil)
        if denier?.isCertain == true { return judge(record, canAllow: nil, canDeny: denier?.rule) }
        if isLenient, allower?.isCertain != true { allower = ("builtin.default", true) }
        let canDeny = denier?.rule ?? (allower?.isCertain == true ? nil : "builtin.default")
        return judge(record, canAllow: allower?.rule, canDeny: canDeny, open)
    }

    /// Nil where the origin of the record is allowed; whether it is certain that it is not. A record does not say whether an origin was the
    /// server's own.
    private func isOriginRefused(_ record: RecordedDecision, _ policy: NamespacePolicy) -> Bool? {
        let (origin, text) = (policy.settings.origin, record.origin)
        let before = old.namespace(record.namespace)?.settings.origin
        // It was let in without being listed.
        let wasOwn = text != nil && record.wasAllowed && before.map { !$0.allows(RequestOrigin(text)) } ?? false
        guard !origin.allows(RequestOrigin(text, isOwn: wasOwn)) else { return nil }
        return text == nil || !origin.sameOrigin
    }

    /// The outcome when these answers are possible, each with the rule that gives it.
    private func judge(_ record: RecordedDecision, canAllow: String?, canDeny: String?, _ open: PolicyRule? = nil) -> Outcome {
        switch (canAllow, canDeny) {
        case (let rule?, nil): record.wasAllowed ? .same : .changed(isAllowed: true, rule: rule)
        case (nil, let rule?): record.wasAllowed ? .changed(isAllowed: false, rule: rule) : .same
        default: .untold(rule: open?.id ?? "builtin.default", unknown: open?.unrecorded ?? [])
        }
    }

    private func isEnforced(_ rule: PolicyRule, _ mode: PolicyMode) -> Bool {
        rule.section == .global || (rule.mode ?? mode) == .enforce
    }

    // MARK: What the record tells of rules

    /// How a rule of the newer bundle came out, also by what the record says of its twin in the older one.
    private func known(_ rule: PolicyRule, _ record: RecordedDecision) -> PossibleTruths {
        let truths = rule.possibleTruths(record)
        guard seesTheSame, let policy = old.namespace(record.namespace) else { return truths }
        let twins = old.rules.filter { $0.decidesLike(rule) }
        guard !twins.isEmpty else { return truths }
        let hits: PossibleTruths = rule.effect == .deny ? [.yes, .error] : .yes
        let misses = PossibleTruths.any.subtracting(hits)
        let narrowed: PossibleTruths
        if twins.contains(where: { $0.id == record.rule }) {
            narrowed = truths.intersection(hits)
        } else {
            switch record.reason {
            case .allowed where rule.effect == .deny: narrowed = truths.intersection(misses)
            case .noMatchingAllow, .roomMissing, .notJoined, .tooLarge:
                guard rule.effect == .allow || twins.contains(where: { isEnforced($0, policy.settings.mode) }) else { return truths }
                narrowed = truths.intersection(misses)
            default: return truths
            }
        }
        // A record that contradicts what can be seen was not made by the older bundle.
        return narrowed.isEmpty ? truths : narrowed
    }

    /// Whether both bundles read roles and scopes at the same place, and issuers mean the same.
    private var seesTheSame: Bool {
        func places(_ settings: GlobalSettings) -> [[String?]] {
            settings.issuers.map { issuer in
                [
                    issuer.name, issuer.iss, settings.rolesClaim(of: issuer.name)?.description,
                    settings.scopesClaim(of: issuer.name)?.description,
                ]
            }
        }
        return places(old.global) == places(new.global)
    }

    /// Whether nothing that could bear on the act differs.
    private func isUntouched(_ record: RecordedDecision, _ policy: NamespacePolicy) -> Bool {
        guard seesTheSame, let before = old.namespace(record.namespace), before.settings.mode == policy.settings.mode else { return false }
        if case .connect = record.act {
            guard before.settings.transports == policy.settings.transports, before.settings.origin == policy.settings.origin else {
                return false
            }
        }
        func relevant(_ rules: [PolicyRule]) -> [PolicyRule] {
            rules.filter { rule in
                guard rule.section != .global else { return true }
                guard rule.namespace == policy.name, rule.section == record.act.section else { return false }
                return record.act.event.map { event in rule.events.contains { $0.matches(event: event) } } ?? true
            }
        }
        let first = relevant(old.rules), second = relevant(new.rules)
        func covers(_ left: [PolicyRule], _ right: [PolicyRule]) -> Bool {
            right.allSatisfy { rule in left.contains { $0.decidesLike(rule) && $0.mode == rule.mode } }
        }
        return covers(first, second) && covers(second, first)
    }
}

extension PolicyRule {
    /// Whether two rules match the same acts: where they stand, their rates, codes and DTOs do not matter to that.
    fileprivate func decidesLike(_ other: PolicyRule) -> Bool {
        (namespace, section, effect) == (other.namespace, other.section, other.effect) && when == other.when && unless == other.unless
            && events == other.events && rooms == other.rooms && roomAt == other.roomAt && joined == other.joined
            && maxBytes == other.maxBytes
    }
}
