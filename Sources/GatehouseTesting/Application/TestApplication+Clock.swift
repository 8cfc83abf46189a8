import EngineIO
import Gatehouse
import NIOCore
import Synchronization

extension TestApplication {
    /// The time of the server's clock, in milliseconds since 1970. It begins at the system's time, cut to a whole second.
    public var now: Int64 { clock.wallMilliseconds }

    /// Moves the server's clock and runs everything that is due on the way: tokens end, rates refill, handlers time out, timers run. The
    /// clock stops at the time of each timer and waits for its run, a second at most, since the run may wait for the test.
    ///
    /// Clients of the harness answer the server's pings meanwhile. It does not wait for other clients, which the server closes if they do
    /// not answer. Output over a WebSocket may arrive before or after the move, unless its acknowledgement was awaited. Times in audit
    /// records come from the system's clock.
    ///
    /// - Parameter duration: zero or more.
    /// - Throws: ``TestApplicationError`` with code `clock` for less than zero; `CancellationError`.
    public func advance(by duration: Duration) async throws {
        guard duration >= .zero else { throw TestApplicationError(.clock, "the clock does not go back, and \(duration) was asked for") }
        // In small steps: in one leap every client's ping would time out before it could answer.
        let stride = TimeAmount(min(configuration.limits.pingInterval, configuration.limits.pingTimeout) / 2)
        var left = TimeAmount(duration)
        let timers = server.runtime.timers
        repeat {
            try await clientsAnswered()
            var part = min(left, stride)
            if let due = timers.nextDue { part = min(part, max(due - clock.now, .zero)) }
            clock.advance(part)
            _ = try await server.engine.onEachLoop { $0.tick() }
            await timers.fireDue(within: .seconds(1))
            left = left - part
        } while left > .zero
        try await clientsAnswered()
    }

    /// Waits until no client of the harness owes the server a pong or a poll. It gives up on a client after five seconds; the server
    /// decides then.
    private func clientsAnswered() async throws {
        let end = ContinuousClock.now + .seconds(5)
        let clients = clients.withLock { $0 }
        guard !clients.isEmpty else { return }
        while try await isOwedAnswers(by: clients), ContinuousClock.now < end {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    private func isOwedAnswers(by clients: [SocketIOClient]) async throws -> Bool {
        for client in clients where try await client.isSending { return true }
        let sessions = Set(clients.map(\.engineSessionID))
        return try await server.engine.onEachLoop { loop in loop.openSessions.contains { sessions.contains($0.id) && $0.owesAnswer } }
            .contains(true)
    }
}
