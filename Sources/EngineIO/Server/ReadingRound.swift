import NIOCore

/// Applies the reading state of a loop to all its connections, in slices of several turns (REL-22). Bound to the loop.
final class ReadingRound {
    private let eventLoop: any EventLoop
    private var rest: [any LoopConnection] = []

    /// Whether some connections do not know the loop's state yet.
    var isInProgress: Bool { !rest.isEmpty }

    init(on eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// Starts with these connections. A round in progress ends: its connections are among the new ones, or are closed.
    func start(_ connections: [any LoopConnection]) {
        let wasInProgress = isInProgress
        rest = connections
        if !wasInProgress { turn() }
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
