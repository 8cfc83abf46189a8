import NIOConcurrencyHelpers

/// How far the outbox has been sent, for those who wait for an entry of theirs. Any thread.
final class Publication: Sendable {
    private struct State {
        var sent: Int64 = 0
        var waiting: [Int: (number: Int64, continuation: CheckedContinuation<Bool, Never>)] = [:]
        var next = 0
        var bell: AsyncStream<Void>.Continuation?
    }

    private let state = NIOLockedValueBox(State())

    /// Rings when there is something to send. It is listened to by one task.
    func bells() -> AsyncStream<Void> {
        let (stream, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLockedValue { $0.bell = bell }
        return stream
    }

    func ring() { _ = state.withLockedValue { $0.bell }?.yield() }

    /// An entry was sent, and so were those before it.
    func sent(_ number: Int64) {
        let done = state.withLockedValue { state in
            state.sent = max(state.sent, number)
            let done = state.waiting.filter { $0.value.number <= number }
            for id in done.keys { state.waiting[id] = nil }
            return done.values.map(\.continuation)
        }
        for continuation in done { continuation.resume(returning: true) }
    }

    /// Waits until an entry is sent.
    /// - Returns: false if it was not in time; it is sent later.
    func isSent(_ number: Int64, within limit: Duration) async -> Bool {
        await withCheckedContinuation { continuation in
            let id: Int? = state.withLockedValue { state in
                guard state.sent < number else { return nil }
                state.next += 1
                state.waiting[state.next] = (number, continuation)
                return state.next
            }
            guard let id else { return continuation.resume(returning: true) }
            Task { [self] in
                try? await Task.sleep(for: limit)
                state.withLockedValue { $0.waiting.removeValue(forKey: id) }?.continuation.resume(returning: false)
            }
        }
    }
}
