import GatehouseJSON
import GatehouseNetwork

/// One member of a condition with how it reads in an explanation, so that deciding and explaining are one evaluation.
struct ConditionMember {
    let text: String
    let truth: Truth
}

extension Condition {
    /// The static members in the order of the format's table: all but `auth.max_age`, whose subject is the clock.
    ///
    /// `visit` gets the name lazily, since deciding does not need it. It returns false to stop.
    func forEachStaticMember(of subject: Subject, _ visit: (Truth, () -> String) -> Bool) {
        if anonymous, !visit(subject.anonymous ? .yes : .no, { "anonymous: true" }) { return }
        if let issuers {
            let truth: Truth = subject.issuer.map { issuers.containsBytes(of: $0) } == true ? .yes : .no
            if !visit(truth, { "issuer: \(issuers.joined(separator: " or "))" }) { return }
        }
        if let roles, !visit(roles.truth(of: subject.roles), { "roles: \(roles)" }) { return }
        if let scopes, !visit(scopes.truth(of: subject.scopes), { "scopes: \(scopes)" }) { return }
        for claim in claims where !visit(claim.truth(of: subject.claims), { "claims: \(claim)" }) { return }
        if let auth {
            if auth.maxAge != nil, !visit(subject.authTime.presence, { "auth.max_age: auth_time is present" }) { return }
            if let amr = auth.amrAny,
                !visit(MemberTest(anyOf: amr).truth(of: subject.amr), { "auth.amr_any: \(amr.joined(separator: ", "))" })
            {
                return
            }
            if let acr = auth.acrAny,
                !visit(subject.acr.test { acr.containsBytes(of: $0) }, { "auth.acr_any: \(acr.joined(separator: ", "))" })
            {
                return
            }
        }
        if let ip {
            let truth: Truth = subject.ip.map { address in ip.contains { $0.contains(address) } ? .yes : .no } ?? .error
            if !visit(truth, { "ip: \(ip.map(\.description).joined(separator: ", "))" }) { return }
        }
        if let transports {
            _ = visit(
                transports.contains(subject.transport) ? .yes : .no,
                { "transport: \(transports.map(\.rawValue).joined(separator: " or "))" })
        }
    }

    /// All static members together.
    func staticTruth(of subject: Subject) -> Truth {
        var result = Truth.yes
        forEachStaticMember(of: subject) { truth, _ in
            result = result.and(truth)
            return result != .no
        }
        return result
    }
}

extension Subject.Claimed {
    func test(_ holds: (Value) -> Bool) -> Truth {
        switch self {
        case .missing: .no
        case .invalid: .error
        case .value(let value): holds(value) ? .yes : .no
        }
    }

    var presence: Truth { test { _ in true } }
}

extension MemberTest: CustomStringConvertible {
    func truth(of claimed: Subject.Claimed<[String]>) -> Truth {
        claimed.test { words in
            (anyOf.map { wanted in wanted.contains { words.containsBytes(of: $0) } } ?? true)
                && (allOf.map { wanted in wanted.allSatisfy { words.containsBytes(of: $0) } } ?? true)
        }
    }

    package var description: String {
        [anyOf.map { "any_of [\($0.joined(separator: ", "))]" }, allOf.map { "all_of [\($0.joined(separator: ", "))]" }]
            .compactMap { $0 }.joined(separator: " ")
    }
}

extension Array<String> {
    /// Membership byte by byte: `==` on strings would take canonically equivalent text for the same.
    package func containsBytes(of other: String) -> Bool {
        contains { $0.utf8.count == other.utf8.count && $0.utf8.elementsEqual(other.utf8) }
    }
}
