package import NIOCore

/// The share of a long task that one turn of an event loop takes, so that no messages wait long (REL-22). When it is spent the task pauses
/// with `resumeAfterReading`.
package struct TurnBudget {
    /// A fifth of the longest wait that is allowed.
    private static let length = TimeAmount.milliseconds(1)
    /// Steps between two reads of the clock.
    private static let steps = 4

    private let end = NIODeadline.now() + length
    private var untilLook = steps

    package init() {}

    /// Counts one step.
    /// - Returns: whether there is time for another one.
    package mutating func allowsMore() -> Bool {
        untilLook &-= 1
        guard untilLook <= 0 else { return true }
        untilLook = Self.steps
        return .now() < end
    }
}

extension EventLoop {
    /// Continues a long task once the loop has polled its sockets. Call it on the loop.
    ///
    /// `execute` does not help: the loop runs tasks until none is left before it polls a socket, and a task that calls `execute` adds one.
    /// A timer that is not due yet ends the turn.
    /// - Parameter failed: called instead when the loop ends first.
    package func resumeAfterReading(_ body: @escaping () -> Void, orElse failed: @escaping (any Error) -> Void = { _ in }) {
        let isolated = assumeIsolated()
        isolated.scheduleTask(in: .microseconds(100), body).futureResult.assumeIsolated().whenFailure(failed)
    }
}
