import NIOConcurrencyHelpers
import NIOCore

/// Something that holds for long is said once in a while, whichever event loop notices it.
final class SeldomNotice: Sendable {
    private let pause: TimeAmount
    private let last = NIOLockedValueBox<NIODeadline?>(nil)

    init(every pause: TimeAmount) {
        self.pause = pause
    }

    /// Whether it is to be said now; whoever is told so says it.
    func isDue(at now: NIODeadline) -> Bool {
        last.withLockedValue { last in
            if let last, now < last + pause { return false }
            last = now
            return true
        }
    }
}
