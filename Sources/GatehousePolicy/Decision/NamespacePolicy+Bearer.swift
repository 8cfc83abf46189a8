/// The answer of the `connect` rules to a token alone, wherever its bearer is.
extension NamespacePolicy {
    /// Whether the `connect` rules let the bearer of a token in from some address, over some transport and soon enough after an
    /// authentication. What passes only by a mode other than `enforce` does not count.
    ///
    /// It asks every rule of the namespace, so it is not for the way of a message.
    package func mayAdmit(bearer subject: Subject) -> Bool {
        guard !subject.anonymous else { return false }
        var isAllowed = false
        for rule in rules {
            switch (rule.section, rule.effect) {
            case (.global, _): if rule.surelyMatches(bearer: subject) { return false }
            case (.connect, .deny) where rule.namespace == name:
                if (rule.mode ?? settings.mode) == .enforce, rule.surelyMatches(bearer: subject) { return false }
            case (.connect, .allow) where rule.namespace == name: isAllowed = isAllowed || rule.mayMatch(bearer: subject)
            default: break
            }
        }
        return isAllowed
    }
}

extension PolicyRule {
    /// An allow rule matches if its `when` holds and its `unless` does not, as far as the token tells.
    fileprivate func mayMatch(bearer subject: Subject) -> Bool {
        if let when, when.truth(ofBearer: subject) != .yes { return false }
        guard let unless else { return true }
        switch unless.truth(ofBearer: subject) {
        case .no: return true
        case .yes: return unless.asksForCircumstances
        case .error: return false
        }
    }

    /// A deny rule matches where it cannot be told, but not where an address or a time may decide.
    fileprivate func surelyMatches(bearer subject: Subject) -> Bool {
        if let when, when.truth(ofBearer: subject) == .no || when.asksForCircumstances { return false }
        guard let unless else { return true }
        return unless.truth(ofBearer: subject) != .yes
    }
}

extension Condition {
    /// Whether something is asked that no token tells: where from, over what, and how long after the authentication.
    fileprivate var asksForCircumstances: Bool { ip != nil || transports != nil || auth?.maxAge != nil }

    fileprivate func truth(ofBearer subject: Subject) -> Truth {
        var condition = self
        condition.ip = nil
        condition.transports = nil
        return condition.staticTruth(of: subject)
    }
}
