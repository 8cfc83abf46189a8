import EngineIO
import NIOConcurrencyHelpers
import NIOCore

/// A clock that a test moves.
final class ManualClock: Sendable {
    private let time = NIOLockedValueBox(NIODeadline.uptimeNanoseconds(1_000_000_000))

    var engineClock: EngineClock {
        var clock = EngineClock(now: { self.time.withLockedValue { $0 } }, wallMilliseconds: { 1_700_000_000_000 })
        clock.isManual = true
        return clock
    }

    func advance(_ amount: TimeAmount) { time.withLockedValue { $0 = $0 + amount } }
}
