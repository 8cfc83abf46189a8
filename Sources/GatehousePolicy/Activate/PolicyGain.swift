import GatehouseJSON
import GatehouseNetwork

/// A right that a bundle gives a subject and the bundle in force does not (POL-44).
package struct PolicyGain: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        /// To enter the namespace.
        case connect
        /// To join a room, send an event, receive one.
        case join, send, receive
        /// To act on rooms beyond those of the person's claim (`scope.rooms_claim`).
        case scope
        /// To act alone where the bundle in force wants a second person (`send.approvals`).
        case approval
        /// To call the server as a back end, by a rule of `_api.yaml` that is new or changed.
        case call
        /// An issuer or a trusted proxy that is new or changed: it can vouch for anybody.
        case trust
        /// There are too many names to compare, so a gain cannot be ruled out.
        case incomparable
    }

    package let kind: Kind
    /// The event, room, issuer or namespace.
    package let name: String
    /// The rule that gives it, where one does.
    package let rule: String?

    package var description: String { "\(kind.rawValue) '\(name)'" + (rule.map { " by \($0)" } ?? "") }
}

extension PolicyBundle {
    /// The rights in a namespace that this bundle grants a subject and `current` does not. Staff may put a bundle in force only if there
    /// are none (POL-44). Pure; takes milliseconds.
    ///
    /// Both bundles decide for the same bearer and the same token: each looks up its issuer, roles and scopes by its own settings. Every
    /// event and room that the patterns of either can tell apart is asked about, from every address and over every transport that the rules
    /// tell apart, now and when the authentication has grown old. What a rule
    /// only lets through by its mode counts as granted. Rates and other limits are not rights and are not compared.
    ///
    /// - Parameters:
    ///   - subject: who wants to put this bundle in force, as the bundle in force sees that subject.
    ///   - events: further names of events, such as those of the routes.
    ///   - now: seconds since 1970.
    /// - Returns: at most one gain for each kind and name, in the order of kind and name.
    package func gains(
        for subject: Subject, over current: PolicyBundle, in namespace: String, events: [String] = [], now: Int64
    ) -> [PolicyGain] {
        var gains = trustGains(over: current) + callGains(for: subject, over: current)
        if let policy = self.namespace(namespace) {
            let old = current.namespace(namespace)
            let places = BearerPlaces(subject: subject, rules: policy.rules + (old?.rules ?? [])).subjects
            let share = max(1, Self.comparisonLimit / places.count)
            for place in places {
                guard let seen = place.seen(by: self) else { continue }
                let comparison = GainComparison(
                    new: policy, newGrants: policy.grants(for: seen), old: old,
                    oldGrants: place.seen(by: current).flatMap { subject in old?.grants(for: subject) }, subject: seen, now: now,
                    limit: share)
                let found = comparison.gains(events)
                gains += found.filter { gain in !gains.contains { $0.kind == gain.kind && $0.name == gain.name } }
                // The rest cannot be compared, and there may be as many places as blocks in the files.
                if found.contains(where: { $0.kind == .incomparable }) { break }
            }
        }
        return gains.sorted { ($0.kind.rawValue, $0.name) < ($1.kind.rawValue, $1.name) }
    }

    /// Requests that are decided at most.
    private static let comparisonLimit = 200_000

    /// Conditions on the address and the time could hold later: what decides is whose token it is.
    private func callGains(for subject: Subject, over current: PolicyBundle) -> [PolicyGain] {
        let denied = current.api.rules.filter { $0.effect == .deny }
        let isNarrower = denied.allSatisfy { old in api.rules.contains { old.says($0) } }
        return api.rules.filter { rule in
            guard rule.effect == .allow, rule.when?.issuers.map({ $0.containsBytes(of: subject.issuer ?? "") }) ?? true else {
                return false
            }
            return !isNarrower || !current.api.rules.contains { $0.says(rule) }
        }.map { PolicyGain(kind: .call, name: $0.id, rule: $0.id) }
    }

    private func trustGains(over current: PolicyBundle) -> [PolicyGain] {
        global.issuers.filter { !current.global.issuers.contains($0) }.map { PolicyGain(kind: .trust, name: $0.name, rule: nil) }
            + global.trustedProxies.filter { !current.global.trustedProxies.contains($0) }
            .map { PolicyGain(kind: .trust, name: $0.description, rule: nil) }
    }
}

extension Subject {
    /// The bearer of the same token as another bundle sees it; nil if that bundle has no such issuer.
    package func seen(by bundle: PolicyBundle) -> Subject? {
        guard !anonymous else { return self }
        guard let iss, let known = bundle.global.issuers.first(where: { $0.iss.utf8.elementsEqual(iss.utf8) }) else { return nil }
        var subject = Subject(
            issuer: known.name, iss: known.iss, sub: sub ?? "", claims: claims ?? .object([:]), ip: ip, origin: origin,
            transport: transport, settings: bundle.global)
        subject.namespace = namespace
        return subject
    }
}
