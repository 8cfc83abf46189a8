/// A timer of the server, as ``ServerHandle/every(_:file:line:_:)`` and ``ServerHandle/after(_:file:line:_:)`` make it. It need not be kept:
/// it ends by ``cancel()`` or with the server. May be used from any thread.
public struct ServerTimer: Sendable {
    private let timers: ServerTimers
    /// `nil` if the server had stopped.
    private let number: UInt64?

    init(_ timers: ServerTimers, _ number: UInt64?) {
        self.timers = timers
        self.number = number
    }

    /// Stops further runs. A current run goes on to its end. More calls have no effect.
    public func cancel() {
        if let number { timers.cancel(number) }
    }
}
