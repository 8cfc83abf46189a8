import GatehouseNetwork

extension Condition {
    /// Whether `other` holds whenever this does, compared member by member. False means unknown.
    func implies(_ other: Condition) -> Bool {
        if other.anonymous, !anonymous { return false }
        if let wanted = other.issuers, !(issuers.map { $0.allSatisfy(wanted.containsBytes(of:)) } ?? false) { return false }
        if let wanted = other.roles, !(roles?.implies(wanted) ?? false) { return false }
        if let wanted = other.scopes, !(scopes?.implies(wanted) ?? false) { return false }
        guard other.claims.allSatisfy({ wanted in claims.contains { $0.implies(wanted) } }) else { return false }
        if let wanted = other.auth, !(auth?.implies(wanted) ?? false) { return false }
        if let wanted = other.ip, !(ip.map { $0.allSatisfy { block in wanted.contains { $0.covers(block) } } } ?? false) { return false }
        if let wanted = other.transports, !(transports.map { $0.allSatisfy(wanted.contains) } ?? false) { return false }
        return true
    }

    /// Whether it can always be evaluated: no member compares a claim that may be of another type.
    var isAlwaysDecided: Bool {
        roles == nil && scopes == nil && auth == nil && ip == nil && claims.allSatisfy { !$0.comparesValues }
    }
}

extension MemberTest {
    fileprivate func implies(_ other: MemberTest) -> Bool {
        let certain = (allOf ?? []) + (anyOf.map { $0.count == 1 ? $0 : [] } ?? [])
        if let wanted = other.allOf, !wanted.allSatisfy(certain.containsBytes(of:)) { return false }
        guard let wanted = other.anyOf else { return true }
        return certain.contains(where: wanted.containsBytes(of:)) || anyOf.map { $0.allSatisfy(wanted.containsBytes(of:)) } ?? false
    }
}

extension ClaimTest {
    fileprivate func implies(_ other: ClaimTest) -> Bool {
        guard pointer == other.pointer else { return false }
        if self == other { return true }
        guard other.equals == nil, other.atLeast == nil, other.atMost == nil, other.exists != false, exists != false else { return false }
        guard let wanted = other.among else { return true }
        guard let given = equals.map({ [$0] }) ?? among else { return false }
        // A value of a type that only the other test knows is an error to this one, and so may meet a deny rule, and is plainly none to the other.
        guard wanted.allSatisfy({ one in given.contains { Self.sameType($0, one) } }) else { return false }
        // Numbers are compared by value, so 1 is 1.0; that such tests imply each other is not seen.
        return given.allSatisfy(wanted.contains)
    }

    fileprivate var comparesValues: Bool { equals != nil || among != nil || atLeast != nil || atMost != nil }
}

extension AuthenticationTest {
    fileprivate func implies(_ other: AuthenticationTest) -> Bool {
        if let wanted = other.maxAge, (maxAge ?? .max) > wanted { return false }
        if let wanted = other.amrAny, !(amrAny.map { $0.allSatisfy(wanted.containsBytes(of:)) } ?? false) { return false }
        if let wanted = other.acrAny, !(acrAny.map { $0.allSatisfy(wanted.containsBytes(of:)) } ?? false) { return false }
        return true
    }
}
