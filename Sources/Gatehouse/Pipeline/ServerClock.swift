import GatehouseAudit
package import NIOCore

/// Where the pipeline gets its time: tokens follow the wall clock, rates and deadlines the monotonic one. Injected, so that tests do not wait.
package struct ServerClock: Sendable {
    /// Milliseconds since 1970.
    package var wallMilliseconds: @Sendable () -> Int64
    /// Never goes back.
    package var now: @Sendable () -> NIODeadline
    /// Whether the owner of the clock runs the timers, instead of an alarm.
    package var isManual = false

    package init(wallMilliseconds: @escaping @Sendable () -> Int64, now: @escaping @Sendable () -> NIODeadline) {
        self.wallMilliseconds = wallMilliseconds
        self.now = now
    }

    package static let system = ServerClock(
        wallMilliseconds: { AuditClock.system.wallMicroseconds() / 1_000 }, now: { NIODeadline.now() })
}
