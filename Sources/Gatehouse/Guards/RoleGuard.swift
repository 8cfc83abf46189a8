/// Allows a client by the roles of its token. A token whose roles cannot be read is refused, also within ``Guard/not(_:)``.
public struct RoleGuard: Guard {
    let test: WordsTest

    /// Decides at once.
    public func evaluateNow(_ request: EventRequest) throws -> GuardVerdict? {
        let principal = request.context.principal
        guard !principal.hasUnreadableRoles else { throw UnreadableClaim("the roles") }
        return test.holds(for: principal.roles) ? .allow : .deny(reason: "role_missing")
    }
}

extension Guard where Self == RoleGuard {
    /// The client has one of the roles.
    public static func anyRole(_ roles: String...) -> RoleGuard { RoleGuard(test: WordsTest(mode: .any, wanted: roles)) }
    /// The client has all of the roles.
    public static func allRoles(_ roles: String...) -> RoleGuard { RoleGuard(test: WordsTest(mode: .all, wanted: roles)) }
}
