import EngineIO
import NIOCore

/// Drops in time what the histories kept for too long. Bound to one event loop.
final class HistorySweep: DeadlineTarget {
    static let interval: TimeAmount = .seconds(5)

    private let store: HistoryStore
    private unowned let loop: EngineLoop

    init(_ store: HistoryStore, on loop: EngineLoop) {
        self.store = store
        self.loop = loop
        _ = loop.schedule(self, at: loop.now + Self.interval)
    }

    func deadlineReached(_ now: NIODeadline) {
        _ = store.sweep()
        _ = loop.schedule(self, at: now + Self.interval)
    }
}

@available(*, unavailable)
extension HistorySweep: Sendable {}
