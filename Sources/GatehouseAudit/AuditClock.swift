#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The two clocks of the log, injected so that tests own the time.
package struct AuditClock: Sendable {
    /// Microseconds since 1970, UTC. May be set back at any time.
    package var wallMicroseconds: @Sendable () -> Int64
    /// Nanoseconds that never go back within the process.
    package var monotonicNanoseconds: @Sendable () -> UInt64

    package init(wallMicroseconds: @escaping @Sendable () -> Int64, monotonicNanoseconds: @escaping @Sendable () -> UInt64) {
        self.wallMicroseconds = wallMicroseconds
        self.monotonicNanoseconds = monotonicNanoseconds
    }

    package static let system = AuditClock(
        wallMicroseconds: {
            let time = read(CLOCK_REALTIME)
            return Int64(time.tv_sec) &* 1_000_000 &+ Int64(time.tv_nsec) / 1_000
        },
        monotonicNanoseconds: {
            let time = read(CLOCK_MONOTONIC)
            return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
        }
    )

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return time
    }
}
