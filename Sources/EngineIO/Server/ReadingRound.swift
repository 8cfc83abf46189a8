import NIOCore

/// Applies the reading state of a loop to all its connections, in slices of several turns (REL-22). Bound to the loop.
final class ReadingRound {
    private let eventLoop: any EventLoop
    private var rest: [any LoopConnection] = []

    init(on eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// Starts with these connections. A round in progress ends: its connections are among the new ones, or are closed.
    func start(_ connections: [any LoopConnection]) {
        let isInProgress = !rest.isEmpty
        rest = connections
        if !isInProgress { turn() }
    }

    private func turn() {
        var budget = TurnBudget()
        while let connection = rest.popLast() {
            connection.applyReading()
            guard budget.allowsMore() else { break }
        }
        guard !rest.isEmpty else { return }
        eventLoop.resumeAfterReading { self.turn() }
    }
}

@available(*, unavailable)
extension ReadingRound: Sendable {}
