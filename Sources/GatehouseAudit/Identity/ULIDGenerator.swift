internal import NIOConcurrencyHelpers

/// Makes identifiers that grow strictly within the process, from any thread.
///
/// Within one millisecond, and when the wall clock is set back, the last value is counted up; otherwise the 80 random bits come from the
/// system's generator.
package final class ULIDGenerator: Sendable {
    /// The process-wide generator on the system clock.
    package static let shared = ULIDGenerator(clock: .system)

    private struct State {
        var milliseconds: UInt64 = 0
        var upper: UInt16 = 0
        var lower: UInt64 = 0
    }

    private let clock: AuditClock
    private let state = NIOLockedValueBox(State())

    package init(clock: AuditClock) { self.clock = clock }

    package func next() -> ULID {
        let now = UInt64(clamping: clock.wallMicroseconds() / 1_000) & 0xFFFF_FFFF_FFFF
        return state.withLockedValue { state in
            if now > state.milliseconds {
                var random = SystemRandomNumberGenerator()
                state.milliseconds = now
                state.upper = UInt16(truncatingIfNeeded: random.next())
                state.lower = random.next()
            } else {
                state.lower &+= 1
                if state.lower == 0 {
                    state.upper &+= 1
                    if state.upper == 0 { state.milliseconds &+= 1 }
                }
            }
            return ULID(high: state.milliseconds << 16 | UInt64(state.upper), low: state.lower)
        }
    }
}
