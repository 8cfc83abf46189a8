package import NIOCore

/// Where time comes from; tests bring their own.
package struct EngineClock: Sendable {
    /// Monotonic time, for every deadline.
    package var now: @Sendable () -> NIODeadline
    /// Milliseconds since 1970, for `handshake.issued` only.
    package var wallMilliseconds: @Sendable () -> Int64

    /// Whether the owner of the clock calls `EngineLoop.tick()`, instead of a timer.
    package var isManual = false

    package init(now: @escaping @Sendable () -> NIODeadline, wallMilliseconds: @escaping @Sendable () -> Int64) {
        self.now = now
        self.wallMilliseconds = wallMilliseconds
    }

    package static let system = EngineClock(now: { NIODeadline.now() }, wallMilliseconds: WallClock.milliseconds)
}
