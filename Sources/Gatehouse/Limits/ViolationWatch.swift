import NIOConcurrencyHelpers
package import SocketIO

/// Tells a layer above that a user has broken a rule. Called on event loops, once for each such refusal: it must be quick.
package final class ViolationWatch: Sendable {
    /// In a structure, as in ``PrincipalWatch``.
    private struct Listener {
        let body: @Sendable (UserID, Namespace) -> Void
    }

    private let listener = NIOLockedValueBox<Listener?>(nil)

    package init() {}

    /// One listener at a time; `nil` for none.
    package func listen(_ body: (@Sendable (UserID, Namespace) -> Void)?) { listener.withLockedValue { $0 = body.map(Listener.init) } }

    func note(_ user: UserID, in namespace: Namespace) { listener.withLockedValue { $0 }?.body(user, namespace) }
}
