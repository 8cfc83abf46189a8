import NIOConcurrencyHelpers

/// Looks at what a server holds, again and again while a client misbehaves, and keeps the worst it saw.
final class HoldingsWatch: Sendable {
    struct Worst: Sendable {
        /// Bytes for one client.
        var bytes = 0
        /// Timer entries beyond one for each connection and each session without one.
        var extraDeadlines = 0
    }

    private let worst = NIOLockedValueBox(Worst())
    private let task: Task<Void, any Error>

    /// - Parameter baseline: what honest clients are the reason for.
    init(_ server: LiveServer, baseline: Holdings) {
        let worst = worst
        task = Task {
            while !Task.isCancelled {
                let now = try await server.holdings()
                let entries = now.connections + now.detached - baseline.connections - baseline.detached
                worst.withLockedValue { worst in
                    worst.bytes = max(worst.bytes, now.largest)
                    worst.extraDeadlines = max(worst.extraDeadlines, now.deadlines - baseline.deadlines - max(0, entries))
                }
                await Task.yield()
            }
        }
    }

    /// - Throws: why it stopped looking before it was told to.
    func end() async throws -> Worst {
        task.cancel()
        do {
            try await task.value
        } catch is CancellationError {
            // What it saw until then holds.
        }
        return worst.withLockedValue { $0 }
    }
}
