/// The rules that can decide about calls of one kind, by one subject, in one namespace (BCK-02). Pure.
///
/// Deny overrides allow. The deny rules of `_global.yaml` are asked first. One allow rule must cover a call with all of its rooms, so that
/// one rule answers for it in the audit log.
package struct ApiGrants: Sendable {
    private let global: ApiDecision?
    private let denies: [Candidate]
    private let allows: [Candidate]
    private let call: ApiCall
    private let payloadLimit: Int64

    /// A rule whose conditions hold, or cannot be evaluated in a deny rule.
    private struct Candidate: Sendable {
        let entry: ApiPolicy.Entry
        /// Template values for each pattern of rooms.
        let values: [TemplateValues]
        let isError: Bool

        init(_ entry: ApiPolicy.Entry, _ subject: Subject, isError: Bool = false) {
            self.entry = entry
            values = entry.rooms.map { TemplateValues($0.templates, subject) }
            self.isError = isError
        }

        func matches(room: String) -> Bool {
            zip(entry.rooms, values).contains { $0.matches(0, room.utf8Span.span, $1) }
        }

        func matches(event: String?) -> Bool {
            guard let event else { return false }
            return entry.events.contains { $0.matches(0, event.utf8Span.span, .none) }
        }

        var denial: ApiDecision { .deny(isError ? .evaluationError : .denyRule, rule: entry.rule.id) }

        var permission: ApiDecision {
            ApiDecision(effect: .allow, reason: .allowed, rule: entry.rule.id, rate: entry.rule.rate)
        }

        /// Who may reach everybody in the namespace may reach everybody in a room of it.
        var coversEveryRoom: Bool { entry.rule.isForWholeNamespace && entry.rooms.isEmpty }
    }

    /// - Parameters:
    ///   - payloadLimit: the largest arguments under a rule without `max_bytes`.
    ///   - now: seconds since 1970.
    package init(
        _ bundle: PolicyBundle, _ call: ApiCall, in namespace: String, subject: Subject, payloadLimit: Int = .max, now: Int64
    ) {
        self.call = call
        self.payloadLimit = Int64(clamping: payloadLimit)
        global = Self.globalDenial(bundle, subject, now)
        var (denies, allows): ([Candidate], [Candidate]) = ([], [])
        for entry in bundle.api.entries where entry.rule.calls.contains(call) && Self.speaks(entry, of: namespace, subject) {
            switch (entry.rule.effect, Self.truth(entry.rule.when, entry.rule.unless, subject, now)) {
            case (_, .no), (.allow, .error): break
            case (.allow, .yes): if !ApiPolicy.closedNamespaces.contains(namespace) { allows.append(Candidate(entry, subject)) }
            case (.deny, let truth): denies.append(Candidate(entry, subject, isError: truth == .error))
            }
        }
        self.denies = denies
        self.allows = allows
    }

    private static func globalDenial(_ bundle: PolicyBundle, _ subject: Subject, _ now: Int64) -> ApiDecision? {
        for rule in bundle.rules where rule.section == .global {
            let truth = truth(rule.when, rule.unless, subject, now)
            if truth != .no { return .deny(truth == .error ? .evaluationError : .denyRule, rule: rule.id, code: rule.code) }
        }
        return nil
    }

    /// `when` holds, and `unless` does not. What cannot be evaluated is an error, unless the other part settles it.
    private static func truth(_ when: Condition?, _ unless: Condition?, _ subject: Subject, _ now: Int64) -> Truth {
        let wanted = when?.truth(of: subject, now: now) ?? .yes
        switch unless?.truth(of: subject, now: now) ?? .no {
        case .yes: return .no
        case .no: return wanted
        case .error: return wanted.and(.error)
        }
    }

    private static func speaks(_ entry: ApiPolicy.Entry, of namespace: String, _ subject: Subject) -> Bool {
        if namespace == "/" { return entry.rule.isForRoot || entry.rule.speaksOfEveryNamespace }
        if entry.rule.speaksOfEveryNamespace { return true }
        let name = Array(namespace.utf8.dropFirst())
        return entry.namespaces.contains { $0.matches(0, name.span, TemplateValues($0.templates, subject)) }
    }

    // MARK: Deciding

    /// Decides about a call.
    package func decide(rooms: [String], event: String? = nil, bytes: Int = 0) -> ApiDecision {
        if let global { return global }
        if let event, !CanonicalText.isName(event.utf8Span.span, limit: 128) { return .deny(.invalidName) }
        guard rooms.allSatisfy({ CanonicalText.isName($0.utf8Span.span) }) else { return .deny(.invalidName) }
        if let denied = denial(rooms, event) { return denied }
        var nearest = Decision.Reason.noMatchingAllow
        for one in allows {
            if call == .emit, !one.matches(event: event) { continue }
            guard !rooms.isEmpty || one.entry.rule.isForWholeNamespace else {
                if nearest == .noMatchingAllow { nearest = .roomMissing }
                continue
            }
            guard rooms.allSatisfy({ one.matches(room: $0) || one.coversEveryRoom }) else { continue }
            guard Int64(bytes) <= one.entry.rule.maxBytes ?? payloadLimit else {
                nearest = .tooLarge
                continue
            }
            return one.permission
        }
        return .deny(nearest)
    }

    /// Decides whether the rooms of the namespace may be listed at all; ``mayList(_:)`` says which of them.
    package func decideList() -> ApiDecision {
        if let global { return global }
        if let all = denies.first(where: { $0.entry.rooms.isEmpty }) { return all.denial }
        return allows.first?.permission ?? .deny(.noMatchingAllow)
    }

    /// Whether a room stands in a list of rooms.
    package func mayList(_ room: String) -> Bool {
        guard global == nil, !denies.contains(where: { $0.entry.rooms.isEmpty || $0.matches(room: room) }) else { return false }
        return allows.contains { $0.coversEveryRoom || $0.matches(room: room) }
    }

    /// A deny rule for rooms fires for a call to the whole namespace too, which reaches them.
    private func denial(_ rooms: [String], _ event: String?) -> ApiDecision? {
        denies.first { one in
            if call == .emit, !one.entry.events.isEmpty, !one.matches(event: event) { return false }
            return one.entry.rooms.isEmpty || rooms.isEmpty || rooms.contains { one.matches(room: $0) }
        }?.denial
    }
}

extension Condition {
    /// All members together, the age of the authentication too.
    /// - Parameter now: seconds since 1970.
    func truth(of subject: Subject, now: Int64) -> Truth {
        let fixed = staticTruth(of: subject)
        guard let maxAge = auth?.maxAge, case .value(let time) = subject.authTime else { return fixed }
        return fixed.and(AuthenticationClaims.isFresh(time, maxAge: maxAge, now: now) ? .yes : .no)
    }
}

extension PolicyBundle {
    /// Decides about a call of a back end.
    /// - Parameters:
    ///   - payloadLimit: the largest arguments under a rule without `max_bytes`.
    ///   - now: seconds since 1970.
    package func decide(_ action: ApiAction, for subject: Subject, payloadLimit: Int = .max, now: Int64) -> ApiDecision {
        ApiGrants(self, action.call, in: action.namespace, subject: subject, payloadLimit: payloadLimit, now: now)
            .decide(rooms: action.rooms, event: action.event, bytes: action.bytes)
    }
}
