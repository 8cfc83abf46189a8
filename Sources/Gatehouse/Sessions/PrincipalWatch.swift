import NIOConcurrencyHelpers

/// Tells a layer above of who is here, and as what: when a token lets a client in, and before what it says stops to hold, by a newer token,
/// other policies, or the end of the session. Called on event loops, for every client: whoever listens is quick.
package final class PrincipalWatch: Sendable {
    private let listener = NIOLockedValueBox<(@Sendable (Principal) -> Void)?>(nil)

    /// One listener at a time; `nil` for none.
    package func listen(_ body: (@Sendable (Principal) -> Void)?) { listener.withLockedValue { $0 = body } }

    func note(_ principal: Principal) { listener.withLockedValue { $0 }?(principal) }
}
