import NIOConcurrencyHelpers
import NIOCore

/// Limits a recurring notice to once in a while, over all event loops.
final class SeldomNotice: Sendable {
    private let pause: TimeAmount
    private let last = NIOLockedValueBox<NIODeadline?>(nil)

    init(every pause: TimeAmount) {
        self.pause = pause
    }

    /// Whether to report it now; a caller that gets true reports it.
    func isDue(at now: NIODeadline) -> Bool {
        last.withLockedValue { last in
            if let last, now < last + pause { return false }
            last = now
            return true
        }
    }
}
