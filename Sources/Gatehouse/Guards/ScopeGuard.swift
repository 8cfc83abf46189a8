/// Allows a client by the scopes of its token. A token whose scopes cannot be read is refused, also within ``Guard/not(_:)``.
public struct ScopeGuard: Guard {
    let test: WordsTest

    /// Decides at once.
    public func evaluateNow(_ request: EventRequest) throws -> GuardVerdict? {
        let principal = request.context.principal
        guard !principal.hasUnreadableScopes else { throw UnreadableClaim("the scopes") }
        return test.holds(for: principal.scopes) ? .allow : .deny(reason: "scope_missing")
    }
}

extension Guard where Self == ScopeGuard {
    /// The client has one of the scopes.
    public static func anyScope(_ scopes: String...) -> ScopeGuard { ScopeGuard(test: WordsTest(mode: .any, wanted: scopes)) }
    /// The client has all of the scopes.
    public static func allScopes(_ scopes: String...) -> ScopeGuard { ScopeGuard(test: WordsTest(mode: .all, wanted: scopes)) }
}
