import NIOConcurrencyHelpers

/// Tells a layer above which principals are connected: when a token lets a client in, and before that ends by a newer token, other
/// policies, or the end of the session. Called on event loops, for every client: it must be quick.
package final class PrincipalWatch: Sendable {
    /// In a structure, since a bare closure in a generic box is wrapped once more at every access, which makes each call slower than the
    /// one before.
    private struct Listener {
        let body: @Sendable (Principal) -> Void
    }

    private let listener = NIOLockedValueBox<Listener?>(nil)

    /// One listener at a time; `nil` for none.
    package func listen(_ body: (@Sendable (Principal) -> Void)?) { listener.withLockedValue { $0 = body.map(Listener.init) } }

    func note(_ principal: Principal) { listener.withLockedValue { $0 }?.body(principal) }
}
