import Gatehouse
import NIOConcurrencyHelpers

/// A client that a hook saw, for the test to use outside of handlers.
final class Kept: Sendable {
    private let box = NIOLockedValueBox<Client?>(nil)

    var client: Client? {
        get { box.withLockedValue { $0 } }
        set { box.withLockedValue { $0 = newValue } }
    }
}
