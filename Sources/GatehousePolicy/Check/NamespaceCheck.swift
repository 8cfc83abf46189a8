/// Sections that are missing, and rules that never decide.
struct NamespaceCheck {
    let bundle: PolicyBundle
    let policy: NamespacePolicy

    func findings() -> [PolicyFinding] {
        var findings: [PolicyFinding] = []
        let own = bundle.rules.filter { $0.namespace == policy.name }
        let whole = bundle.positions[policy.name] ?? SourcePosition(file: policy.file, line: 1, column: 1)
        func warn(_ message: String) { findings.append(.init(severity: .warning, position: whole, message: message)) }
        if policy.settings.transports.isEmpty { warn("no 'transports': nobody can connect to \(policy.name)") }
        if policy.settings.origin.isEmpty {
            warn("no 'origin': nobody can connect to \(policy.name)")
        }
        for pattern in policy.settings.origin.allow {
            if pattern.isWildcard {
                warn("origin.allow: '\(pattern)' lets in every page one label below: name the origins if strangers can get such a name")
            }
            if pattern.description == "null" {
                warn("origin.allow: 'null' lets in every sandboxed frame and local file, of any author: name an origin")
            }
        }
        if !own.contains(where: { $0.section == .connect && $0.effect == .allow }) {
            warn("no 'connect' allow rule: nobody can connect to \(policy.name)")
        }
        for (at, rule) in own.enumerated() { findings += unreachable(rule, at, own) }
        return findings
    }

    private func unreachable(_ rule: PolicyRule, _ index: Int, _ own: [PolicyRule]) -> [PolicyFinding] {
        func warning(_ message: String) -> [PolicyFinding] { [.init(severity: .warning, position: rule.position, message: message)] }
        if let transports = rule.when?.transports, !transports.contains(where: policy.settings.transports.contains) {
            return warning("'\(rule.id)' never matches: its transport is not among those of \(policy.name)")
        }
        // A deny rule holds if its 'unless' cannot be evaluated.
        if let when = rule.when, let unless = rule.unless, when.implies(unless), rule.effect == .allow || unless.isAlwaysDecided {
            return warning("'\(rule.id)' never matches: its 'unless' holds whenever its 'when' does")
        }
        if let reason = shutOut(rule, own) { return warning("'\(rule.id)' never matches: \(reason)") }
        for (at, other) in own.enumerated() where at != index && other.section == rule.section {
            guard covers(other, rule) else { continue }
            if other.effect == .deny, (other.mode ?? policy.settings.mode) == .enforce, rule.effect == .allow {
                return warning("'\(rule.id)' never matches: '\(other.id)' (\(other.position)) denies all of it")
            }
            guard other.effect == rule.effect, isNeedless(rule, beside: other) else { continue }
            // Of two rules that cover each other only the later one in the file is reported.
            guard !covers(rule, other) || at < index else { continue }
            return warning("'\(rule.id)' adds nothing: '\(other.id)' (\(other.position)) covers all of it")
        }
        return []
    }

    /// Whether a rule adds nothing to another rule of the same effect that covers it.
    private func isNeedless(_ rule: PolicyRule, beside other: PolicyRule) -> Bool {
        if rule.effect == .deny {
            let modes = (other.mode ?? policy.settings.mode, rule.mode ?? policy.settings.mode)
            // The first match decides what the client is told.
            guard modes.0 == .enforce || modes.0 == modes.1, other.code == rule.code else { return false }
            // What cannot be told comes before the age of an authentication: such a rule holds where an age alone would not let it.
            return other.when?.auth?.maxAge == nil && rule.unless?.auth?.maxAge == nil || other.isConditioned(as: rule)
        }
        // Where the room is said to be, it is checked and recorded.
        guard rule.roomAt == nil || other.roomAt != nil else { return false }
        guard rule.unless?.auth?.maxAge == nil || other.isConditioned(as: rule) else { return false }
        // An allow with a rate or a scope of its own says something that the other does not.
        return other.rate == nil && other.roomsClaim == nil && rule.roomsClaim == nil
    }

    /// Why no subject of a rule can be in the namespace.
    private func shutOut(_ rule: PolicyRule, _ own: [PolicyRule]) -> String? {
        // Rules that are not enforced let in everybody with a token.
        guard rule.section != .connect, policy.settings.mode == .enforce else { return nil }
        let doors = own.filter { $0.section == .connect && $0.effect == .allow }
        guard !doors.isEmpty else { return nil }
        if rule.when?.anonymous == true {
            return doors.contains { $0.when?.anonymous == true } ? nil : "no 'connect' rule lets anybody in without a token"
        }
        guard let issuers = rule.when?.issuers else { return nil }
        let isOpen = doors.contains { door in
            door.when?.anonymous != true && door.when?.issuers.map { $0.contains(where: issuers.containsBytes(of:)) } ?? true
        }
        return isOpen ? nil : "no 'connect' rule lets tokens of \(issuers.joined(separator: " or ")) in"
    }

    /// Whether `wide` matches whatever `narrow` matches, as far as can be seen from the files.
    private func covers(_ wide: PolicyRule, _ narrow: PolicyRule) -> Bool {
        if let when = wide.when, !(narrow.when?.implies(when) ?? false) { return false }
        if let unless = wide.unless, !(narrow.unless.map { unless.implies($0) } ?? false) { return false }
        if wide.section == .connect, wide.effect == .allow, narrow.when?.anonymous == true, wide.when?.anonymous != true { return false }
        guard narrow.events.allSatisfy({ event in wide.events.contains { $0.covers(event) } }) else { return false }
        guard !wide.joined || narrow.joined, (wide.maxBytes ?? .max) >= (narrow.maxBytes ?? .max) else { return false }
        if wide.roomAt != nil, narrow.roomAt == nil, wide.effect == .allow { return false }
        if wide.rooms.isEmpty { return true }
        return !narrow.rooms.isEmpty && narrow.rooms.allSatisfy { room in wide.rooms.contains { $0.covers(room) } }
    }
}

extension PolicyRule {
    fileprivate func isConditioned(as other: PolicyRule) -> Bool { when == other.when && unless == other.unless }
}
