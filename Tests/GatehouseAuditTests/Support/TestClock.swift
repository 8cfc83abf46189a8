import GatehouseAudit
import NIOConcurrencyHelpers

/// Two clocks that only the test moves.
final class TestClock: Sendable {
    /// 2026-11-22T20:27:35.123456Z
    static let start: Int64 = 1_795_379_255_123_456

    private let times: NIOLockedValueBox<(wall: Int64, mono: UInt64)>

    /// A machine that was just started, at a time in microseconds since 1970.
    init(wall: Int64 = TestClock.start) { times = NIOLockedValueBox((wall: wall, mono: 1_000_000_000)) }

    var clock: AuditClock {
        AuditClock(
            wallMicroseconds: { self.times.withLockedValue { $0.wall } }, monotonicNanoseconds: { self.times.withLockedValue { $0.mono } })
    }

    func advance(_ duration: Duration) {
        let nanoseconds = Int64(duration / .nanoseconds(1))
        times.withLockedValue { times in
            times.wall += nanoseconds / 1_000
            times.mono += UInt64(nanoseconds)
        }
    }

    /// Someone sets the wall clock back.
    func setBack(_ duration: Duration) {
        times.withLockedValue { $0.wall -= Int64(duration / .microseconds(1)) }
    }
}
