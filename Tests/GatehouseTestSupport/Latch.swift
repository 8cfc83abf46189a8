import NIOConcurrencyHelpers
package import NIOCore
import Testing

/// Something that a handler waits for and the test decides on; it may be opened before anybody waits.
///
/// A wait ends after the limit, and fails the test: nobody who is waited for in vain makes a run hang.
package final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private let state = NIOLockedValueBox(State())
    private let limit: TimeAmount

    package init(within limit: TimeAmount = .seconds(60)) { self.limit = limit }

    package func open() {
        let waiting = state.withLockedValue { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one.resume() }
    }

    /// - Returns: whether somebody opened it before the limit.
    @discardableResult
    package func wait() async -> Bool {
        let isLate = NIOLockedValueBox(false)
        let timeout = Task {
            try await Task.sleep(for: .nanoseconds(limit.nanoseconds))
            isLate.withLockedValue { $0 = true }
            Issue.record("a latch was not opened within \(limit.nanoseconds / 1_000_000_000) s")
            open()
        }
        defer { timeout.cancel() }
        await withCheckedContinuation { continuation in
            let isOpen = state.withLockedValue { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
        return isLate.withLockedValue { !$0 }
    }
}
