import NIOConcurrencyHelpers
package import NIOCore

/// Schedules work on an event loop for objects that may outlive it: references to sockets that an application keeps, and handlers that
/// ignore their cancellation. Once the server has stopped, it schedules nothing more. Any thread.
package final class LoopEntrance: Sendable {
    package let eventLoop: any EventLoop
    private let hasEnded = NIOLockedValueBox(false)

    package init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// Runs `body` on the loop, later.
    /// - Returns: false if the loop has ended and `body` does not run.
    @discardableResult
    package func execute(_ body: @escaping @Sendable () -> Void) -> Bool {
        if eventLoop.inEventLoop {
            eventLoop.execute(body)
            return true
        }
        // The lock is held during `execute`: the loop runs everything that was scheduled before its end.
        return hasEnded.withLockedValue { hasEnded in
            guard !hasEnded else { return false }
            eventLoop.execute(body)
            return true
        }
    }

    /// Runs `body` on the loop and returns its result. Must not be called on the loop.
    /// - Throws: what `body` throws, or ``Ended``.
    package func submit<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        // A future would report its result through the loop, which may have ended by then.
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = execute { continuation.resume(with: Swift.Result { try body() }) }
            if !isTaken { continuation.resume(throwing: Ended()) }
        }
    }

    /// Must be called before the loop ends.
    package func end() { hasEnded.withLockedValue { $0 = true } }

    /// The event loop has ended with its server.
    package struct Ended: Error, CustomStringConvertible {
        package init() {}

        package var description: String { "loop_ended: the server has stopped" }
    }
}
