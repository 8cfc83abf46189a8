/// Allows what a closure allows, at once.
public struct PredicateGuard: Guard {
    let predicate: @Sendable (EventRequest) throws -> Bool

    /// Decides at once.
    public func evaluateNow(_ request: EventRequest) throws -> GuardVerdict? {
        try predicate(request) ? .allow : .deny(reason: "predicate_false")
    }
}

extension Guard where Self == PredicateGuard {
    /// A guard of a line or two. It runs on the client's event loop and must not block.
    public static func when(_ predicate: @escaping @Sendable (EventRequest) throws -> Bool) -> PredicateGuard {
        PredicateGuard(predicate: predicate)
    }
}
