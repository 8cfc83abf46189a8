import GatehouseLiveObjects
import NIOCore

/// Deadlines in order of time, with cancellation that costs nothing: a cancelled token is skipped when its time comes.
struct DeadlineHeap {
    private var entries: [(due: NIODeadline, token: TLSDeadline)] = []

    var earliest: NIODeadline? { entries.first?.due }
    var count: Int { entries.count }

    mutating func insert(_ token: TLSDeadline, due: NIODeadline) {
        entries.append((due, token))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].due < entries[parent].due else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// Removes the earliest entry if its time has come.
    mutating func pop(at now: NIODeadline) -> TLSDeadline? {
        guard let first = entries.first, first.due <= now else { return nil }
        let last = entries.removeLast()
        guard !entries.isEmpty else { return first.token }
        entries[0] = last
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < entries.count else { break }
            let right = left + 1
            let child = right < entries.count && entries[right].due < entries[left].due ? right : left
            guard entries[child].due < entries[parent].due else { break }
            entries.swapAt(child, parent)
            parent = child
        }
        return first.token
    }
}

/// One pending time limit of one handler. Keeps the handler alive until it is due or cancelled.
final class TLSDeadline {
    private var handler: TLSHandler?
    private var mark: LiveMark?

    init(_ handler: TLSHandler, _ live: LiveObjects) {
        self.handler = handler
        mark = LiveMark(live, .timers)
    }

    /// Called when its time has come.
    func take() -> TLSHandler? {
        defer { cancel() }
        return handler
    }

    func cancel() {
        handler = nil
        mark = nil
    }
}

@available(*, unavailable)
extension TLSDeadline: Sendable {}
