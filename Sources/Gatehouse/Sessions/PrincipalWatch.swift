import NIOConcurrencyHelpers

/// Tells a layer above of who is here, and as what: when a token lets a client in, and before what it says stops to hold, by a newer token,
/// other policies, or the end of the session. Called on event loops, for every client: whoever listens is quick.
package final class PrincipalWatch: Sendable {
    /// A closure that lies in a generic box as such is wrapped anew whenever the box is opened, and put back with one more wrapping: each
    /// call would take longer than the one before. In a structure it lies as it is.
    private struct Listener {
        let body: @Sendable (Principal) -> Void
    }

    private let listener = NIOLockedValueBox<Listener?>(nil)

    /// One listener at a time; `nil` for none.
    package func listen(_ body: (@Sendable (Principal) -> Void)?) { listener.withLockedValue { $0 = body.map(Listener.init) } }

    func note(_ principal: Principal) { listener.withLockedValue { $0 }?.body(principal) }
}
