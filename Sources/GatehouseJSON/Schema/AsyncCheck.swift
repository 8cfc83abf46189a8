/// The rules of a payload that have to wait; collected when a route is mounted.
struct AsyncCheck<Value: Sendable>: Sendable {
    /// Whether there are such rules.
    let isNeeded: @Sendable () -> Bool
    /// Checks them all.
    /// - Throws: `ValidationError` for those that are broken, ``AsyncRuleFailure`` where one gave no answer.
    let run: @Sendable (Value) async throws -> Void

    init(isNeeded: @escaping @Sendable () -> Bool, run: @escaping @Sendable (Value) async throws -> Void) {
        self.isNeeded = isNeeded
        self.run = run
    }
}
