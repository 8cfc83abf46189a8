import NIOCore

/// Work besides answers to clients. It runs on the application's clock, which tests move, and on no event loop. When the server stops no
/// run begins any more, and a current run is cancelled and gets the handler timeout to end.
///
/// ```swift
/// func willStart(_ server: ServerHandle) async throws {
///     server.every(.milliseconds(200)) { [prices] in
///         try server.of("/market").volatile.emit("tick", await prices.latest)
///     }
/// }
/// ```
extension ServerHandle {
    /// Runs `body` again and again, the first time after one interval.
    ///
    /// Runs never overlap: times that pass during a long run are skipped. Errors of `body` are logged, with the place of this call, and the
    /// timer goes on. If times pass before the server listens, as after a call in ``Gateway/willStart(_:)``, one run follows as soon as it
    /// does.
    /// - Parameter interval: at least a millisecond; less counts as one.
    /// - Returns: the timer, to cancel it. On a server that has stopped it does nothing.
    @discardableResult
    public func every(
        _ interval: Duration, file: String = #fileID, line: Int = #line, _ body: @escaping @Sendable () async throws -> Void
    ) -> ServerTimer {
        let interval = max(TimeAmount(interval), .milliseconds(1))
        return add(body, in: interval, every: interval, "\(file):\(line)")
    }

    /// Runs `body` once, after `delay`: at once if that is zero or less, but not before the server listens. What it throws is logged, with
    /// the place of this call.
    /// - Returns: the timer, to cancel it. On a server that has stopped it does nothing.
    @discardableResult
    public func after(
        _ delay: Duration, file: String = #fileID, line: Int = #line, _ body: @escaping @Sendable () async throws -> Void
    ) -> ServerTimer {
        add(body, in: max(TimeAmount(delay), .zero), every: nil, "\(file):\(line)")
    }

    private func add(
        _ body: @escaping @Sendable () async throws -> Void, in delay: TimeAmount, every interval: TimeAmount?, _ place: String
    ) -> ServerTimer {
        ServerTimer(runtime.timers, runtime.timers.add(ServerTimers.Body(place: place, run: body), in: delay, every: interval))
    }
}
