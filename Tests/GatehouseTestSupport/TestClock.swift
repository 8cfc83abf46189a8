package import EngineIO
package import Gatehouse
import NIOConcurrencyHelpers
package import NIOCore

/// One clock for everything in a server, moved by the test alone (REL-10).
package final class TestClock: Sendable {
    /// Milliseconds since 1970 at which every test begins.
    package static let start: Int64 = 1_800_000_000_000
    private let elapsed = NIOLockedValueBox<Int64>(0)

    package init() {}

    package func advance(_ amount: TimeAmount) { elapsed.withLockedValue { $0 += amount.nanoseconds } }

    package var wallMilliseconds: Int64 { Self.start + elapsed.withLockedValue { $0 } / 1_000_000 }

    private var now: NIODeadline { .uptimeNanoseconds(1_000_000_000_000) + .nanoseconds(elapsed.withLockedValue { $0 }) }

    package var engine: EngineClock {
        var clock = EngineClock(now: { self.now }, wallMilliseconds: { self.wallMilliseconds })
        clock.isManual = true
        return clock
    }

    package var server: ServerClock {
        var clock = ServerClock(wallMilliseconds: { self.wallMilliseconds }, now: { self.now })
        clock.isManual = true
        return clock
    }
}
