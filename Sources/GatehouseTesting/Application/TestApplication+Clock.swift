import EngineIO
import Gatehouse
import NIOCore
import Synchronization

extension TestApplication {
    /// The time of the server's clock, in milliseconds since 1970. It begins at the system's time, cut to a whole second.
    public var now: Int64 { clock.wallMilliseconds }

    /// Moves the server's clock, and lets everything happen that is due on the way: tokens end, rates refill, handlers run out of their
    /// time.
    ///
    /// Clients of the harness answer the server's pings meanwhile. Others, which the server closes if they do not, are not waited for. What
    /// was sent over a WebSocket may come before or after the move, unless its acknowledgement was awaited. Times in audit records are the
    /// system's.
    ///
    /// - Parameter duration: zero or more.
    /// - Throws: ``TestApplicationError`` with code `clock` for less than zero; `CancellationError`.
    public func advance(by duration: Duration) async throws {
        guard duration >= .zero else { throw TestApplicationError(.clock, "the clock does not go back, and \(duration) was asked for") }
        // Less than a ping may be late: in one leap, every client's time would be up before it could answer.
        let stride = TimeAmount(min(configuration.limits.pingInterval, configuration.limits.pingTimeout) / 2)
        var left = TimeAmount(duration)
        repeat {
            try await clientsAnswered()
            let part = min(left, stride)
            clock.advance(part)
            _ = try await server.engine.onEachLoop { $0.tick() }
            left = left - part
        } while left > .zero
        try await clientsAnswered()
    }

    /// Waits until no client of the harness owes the server what clients send by themselves. A client that does not, although it lives, is
    /// given up after five seconds: then it is the server's to judge.
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
