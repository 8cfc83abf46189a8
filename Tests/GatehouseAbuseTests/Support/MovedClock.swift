import EngineIO
import Gatehouse
import NIOConcurrencyHelpers
import NIOCore

/// One clock for everything in a server, moved by the test alone.
final class MovedClock: Sendable {
    /// Milliseconds since 1970 at the beginning.
    static let start: Int64 = 1_800_000_000_000
    private let elapsed = NIOLockedValueBox<Int64>(0)

    func advance(_ amount: TimeAmount) { elapsed.withLockedValue { $0 += amount.nanoseconds } }

    var wallMilliseconds: Int64 { Self.start + elapsed.withLockedValue { $0 } / 1_000_000 }

    private var now: NIODeadline { .uptimeNanoseconds(1_000_000_000_000) + .nanoseconds(elapsed.withLockedValue { $0 }) }

    var engine: EngineClock {
        var clock = EngineClock(now: { self.now }, wallMilliseconds: { self.wallMilliseconds })
        clock.isManual = true
        return clock
    }

    var server: ServerClock { ServerClock(wallMilliseconds: { self.wallMilliseconds }, now: { self.now }) }
}
