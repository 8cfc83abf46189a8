import Gatehouse
import NIOConcurrencyHelpers

/// A client that a hook saw, for the test to use outside of handlers while the client is connected. Held weakly: a test that wants it for
/// longer says so with a variable of its own, which ends before the server does.
final class Kept: Sendable {
    private struct Weak { weak var client: Client? }
    private let box = NIOLockedValueBox(Weak())

    var client: Client? {
        get { box.withLockedValue { $0.client } }
        set { box.withLockedValue { $0.client = newValue } }
    }
}
