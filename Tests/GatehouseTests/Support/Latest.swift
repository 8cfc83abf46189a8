import Gatehouse
import NIOConcurrencyHelpers

/// The context of the latest event, kept beyond its handler.
final class Latest: Sendable {
    private let box = NIOLockedValueBox<EventContext?>(nil)

    var context: EventContext? {
        get { box.withLockedValue { $0 } }
        set { box.withLockedValue { $0 = newValue } }
    }
}
