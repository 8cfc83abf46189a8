import GatehouseJSON

extension NamespacePolicy {
    /// Decides an action and explains for every rule why it matched or where it failed. Slow: for people, not for messages.
    package func explain(_ action: PolicyAction, subject: Subject, now: Int64) -> Explanation {
        let grants = grants(for: subject)
        let decision = grants.decide(action, now: now)
        let lines = rules.filter { rule in
            rule.section == .global || (rule.namespace == name && rule.section == action.section)
        }.map { Explanation.Line(rule: $0, outcome: outcome(of: $0, action, subject, grants, now)) }
        return Explanation(decision: decision, rule: ruleID(decision), note: note(decision, subject), lines: lines)
    }

    private func note(_ decision: Decision, _ subject: Subject) -> String? {
        switch decision.reason {
        case .transport:
            "transport \(subject.transport.rawValue) is not among [\(settings.transports.map(\.rawValue).joined(separator: ", "))]"
        case .origin:
            Self.note(of: subject.origin)
        case .invalidName: "the room's name is not made of visible characters in composed form, at most 256 bytes"
        default: nil
        }
    }

    private static func note(of origin: RequestOrigin) -> String {
        switch (origin.text, origin.isOwn) {
        case (let text?, true): "Origin \(text) is the server's own and not in origin.allow, and origin.same_origin is not true"
        case (nil, true): "the page is of the server's own origin, and origin.same_origin is not true"
        case (let text?, false): "Origin \(text) is not in origin.allow"
        case (nil, false) where origin.isBrowsers:
            "no Origin was sent, and a browser sent the request: origin.allow_missing is for programs"
        case (nil, false): "no Origin was sent, and origin.allow_missing is not true"
        }
    }

    private func outcome(
        of rule: PolicyRule, _ action: PolicyAction, _ subject: Subject, _ grants: Grants, _ now: Int64
    ) -> Explanation.Outcome {
        if rule.section != .global, let failed = resource(rule, action, subject) { return failed }
        if rule.section == .connect, rule.effect == .allow, subject.anonymous, rule.when?.anonymous != true {
            return .failed("there is no token, and only a rule with anonymous: true lets one in without")
        }
        if let when = rule.when, let failed = when.firstFailure(subject, grants, now) { return failed }
        if let unless = rule.unless {
            switch unless.firstFailure(subject, grants, now) {
            case nil: return .failed("unless: all of it holds")
            case .error(let text): return .error("unless \(text)")
            default: break
            }
        }
        return .matched
    }

    /// What keeps a rule from speaking of the action's event, room and size.
    private func resource(_ rule: PolicyRule, _ action: PolicyAction, _ subject: Subject) -> Explanation.Outcome? {
        switch action {
        case .connect: return nameFailure(rule, String((subject.namespace ?? name).dropFirst()), subject, is: "namespace /")
        case .receive(let event): return rule.events.contains { $0.matches(event: event) } ? nil : .elsewhere
        case .join(let room): return nameFailure(rule, room, subject)
        case .send(let event, let room, let isJoined, let bytes):
            guard rule.events.contains(where: { $0.matches(event: event) }) else { return .elsewhere }
            if rule.roomAt != nil {
                guard let room else {
                    let pointer = rule.roomAt?.description ?? ""
                    return rule.effect == .deny ? .error("room_at: \(pointer) names no room") : .failed("room_at: \(pointer) names no room")
                }
                if let failure = nameFailure(rule, room, subject) { return failure }
                if rule.joined, !isJoined { return .failed("joined: the sender is not in \(room)") }
            }
            if let limit = rule.maxBytes, Int64(bytes) > limit { return .failed("max_bytes: \(bytes) is over \(limit)") }
            return nil
        }
    }

    /// Whether a rule's patterns fail on the name of a room, or of the namespace without its first `/`.
    private func nameFailure(
        _ rule: PolicyRule, _ room: String, _ subject: Subject, is what: String = "room "
    ) -> Explanation.Outcome? {
        if rule.rooms.isEmpty { return nil }
        for pattern in rule.rooms {
            let table = PatternTable(pattern)
            if table.matches(0, room.utf8Span.span, TemplateValues(table.templates, subject)) { return nil }
        }
        let patterns = rule.rooms.map(\.description).joined(separator: ", ")
        return .failed("\(what)\(room) is not \(patterns)")
    }
}

extension Condition {
    /// The first member that does not hold, as an outcome; nil if all hold. Where one is false, an error elsewhere does not matter.
    func firstFailure(_ subject: Subject, _ grants: Grants, _ now: Int64) -> Explanation.Outcome? {
        var failed: String?
        var error: String?
        forEachStaticMember(of: subject) { truth, text in
            if truth == .no, failed == nil { failed = text() }
            if truth == .error, error == nil { error = text() }
            return true
        }
        if let failed { return .failed(failed) }
        if let error { return .error(error) }
        if let maxAge = auth?.maxAge, !grants.isFresh(maxAge, now) {
            return .failed("auth.max_age: authenticated \(now &- grants.authTime) s ago, at most \(maxAge) s")
        }
        return nil
    }
}
