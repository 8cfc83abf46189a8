import Gatehouse
import GatehouseAudit
import NIOConcurrencyHelpers

/// Readings of the audit log for staff, one after the other on a thread of their own: neither an event loop nor the cooperative pool waits
/// for a disk. Bounded: who comes when too many wait is refused. The thread ends with the last reading. Any thread may ask.
final class ReadingDesk: Sendable {
    private struct Reading: Sendable {
        let run: @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var waiting: [Reading] = []
        var isRunning = false
    }

    private let places: Int
    private let state = NIOLockedValueBox(State())

    /// - Parameter places: how many readings may wait behind the one that runs.
    init(places: Int = 4) { self.places = places }

    /// Runs a reading on the desk's thread, once it is its turn. One that is stopped before is not begun.
    /// - Parameter done: called once, on that thread, unless this throws.
    /// - Throws: ``GatewayError`` with `rate_limited` when too many wait, with `unavailable` when there is no thread to be had.
    func begin<Value: Sendable>(
        _ stop: ReadingStop, _ body: @escaping @Sendable () throws -> Value,
        done: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) throws(GatewayError) {
        let reading = Reading(
            run: { done(stop.isCancelled ? .failure(CancellationError()) : Result { try body() }) }, fail: { done(.failure($0)) })
        let startsThread: Bool? = state.withLockedValue { state in
            if state.isRunning {
                guard state.waiting.count < places else { return nil }
                state.waiting.append(reading)
                return false
            }
            state.isRunning = true
            return true
        }
        guard let startsThread else {
            throw GatewayError(.rateLimited, "The audit log is read for others now; try again in a moment")
        }
        guard startsThread else { return }
        do {
            try AuditThread.start { [self] in
                reading.run()
                while let next = next() { next.run() }
            }
        } catch {
            let failure = GatewayError(.unavailable, "The audit log cannot be read now", cause: error)
            // Some may have come meanwhile, to a thread that is not there.
            while let next = next() { next.fail(failure) }
            throw failure
        }
    }

    /// The same for a task. The reading is stopped when the task is cancelled.
    func run<Value: Sendable>(_ body: @escaping @Sendable (ReadingStop) throws -> Value) async throws -> Value {
        let stop = ReadingStop()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                do throws(GatewayError) {
                    try begin(stop) {
                        try body(stop)
                    } done: {
                        continuation.resume(with: $0)
                    }
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            stop.cancel()
        }
    }

    private func next() -> Reading? {
        state.withLockedValue { state in
            guard !state.waiting.isEmpty else {
                state.isRunning = false
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
