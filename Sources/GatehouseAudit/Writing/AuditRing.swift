internal import NIOConcurrencyHelpers
internal import Synchronization

/// The bounded queue between the event loops and the writer thread (AUD-10).
///
/// A record is encoded by its caller outside of the lock; the lock covers one copy of some hundred bytes. What the writer has taken but not
/// yet made durable still counts against the bound.
final class AuditRing: Sendable {
    enum Refusal: Error {
        case full
        case closed
    }

    /// Whether the writer must be woken.
    typealias MustRing = Bool

    /// When the writer has something to do.
    enum Readiness: Equatable {
        case now
        case at(UInt64)
        case idle
    }

    private enum Mood {
        case busy, gathering, idle
    }

    private struct State {
        var batch = AuditBatch()
        var takenRecords = 0
        var takenBytes = 0
        /// When the oldest of what the writer has taken came.
        var takenSince: UInt64 = 0
        var mood = Mood.busy
        var isUrgent = false
        var isClosed = false
        var losses = AuditLosses()
    }

    private let maxRecords: Int
    private let maxBytes: Int
    private let state: NIOLockedValueBox<State>
    /// How full it is, in per cent.
    private let percent = Atomic<Int>(0)

    init(maxRecords: Int, maxBytes: Int) {
        self.maxRecords = maxRecords
        self.maxBytes = maxBytes
        var first = State()
        first.batch.reserve(bytes: maxBytes)
        state = NIOLockedValueBox(first)
    }

    var fill: Int { percent.load(ordering: .relaxed) }

    /// When the oldest record came that is not durable yet; `nil` if all are.
    var oldest: UInt64? {
        state.withLockedValue { state in
            if state.takenRecords > 0 { return state.takenSince }
            return state.batch.ends.isEmpty ? nil : state.batch.since
        }
    }

    /// Queued and not yet taken by the writer.
    var pendingRecords: Int { state.withLockedValue { $0.batch.ends.count } }

    func append(_ body: [UInt8], wall: Int64, mono: UInt64, completion: AuditCompletion? = nil) throws(Refusal) -> MustRing {
        let result: Result<MustRing, Refusal> = state.withLockedValue { state in
            guard !state.isClosed else { return .failure(.closed) }
            guard state.takenRecords + state.batch.ends.count < maxRecords,
                state.takenBytes + state.batch.bytes.count + body.count <= maxBytes
            else {
                state.losses.add(wall)
                return .failure(.full)
            }
            if state.batch.ends.isEmpty { state.batch.since = mono }
            state.batch.append(body, completion: completion)
            let old = percent.load(ordering: .relaxed)
            updatePercent(state)
            let new = percent.load(ordering: .relaxed)
            // A level that a listener acts upon was crossed: the writer passes it on.
            let crossed = AuditPressure(percent: old) != AuditPressure(percent: new)
            return .success(mustRing(&state, urgent: completion != nil || crossed || state.batch.bytes.count >= 1 << 20))
        }
        return try result.get()
    }

    /// Completes when everything that was queued before is durable.
    func appendBarrier(_ completion: @escaping AuditCompletion) throws(Refusal) -> MustRing {
        let result: Result<MustRing, Refusal> = state.withLockedValue { state in
            guard !state.isClosed else { return .failure(.closed) }
            state.batch.waiters.append(AuditBatch.Waiter(records: state.batch.ends.count, completion: completion))
            return .success(mustRing(&state, urgent: true))
        }
        return try result.get()
    }

    /// No more records; the writer is told to come.
    func close() {
        state.withLockedValue { state in
            state.isClosed = true
            state.isUrgent = true
        }
    }

    /// Returns when to come; a caller that adds something more urgent rings.
    func readiness(interval: UInt64) -> Readiness {
        state.withLockedValue { state in
            if state.isUrgent || !state.batch.waiters.isEmpty || state.batch.bytes.count >= 1 << 20 {
                state.mood = .busy
                return .now
            }
            guard state.batch.ends.isEmpty else {
                state.mood = .gathering
                return .at(state.batch.since &+ interval)
            }
            state.mood = .idle
            return .idle
        }
    }

    /// Exchanges the queued records for the empty `spare`, whose memory is reused.
    func exchange(_ spare: inout AuditBatch) {
        state.withLockedValue { state in
            state.isUrgent = false
            swap(&state.batch, &spare)
            if state.takenRecords == 0 { state.takenSince = spare.since }
            state.takenRecords += spare.ends.count
            state.takenBytes += spare.bytes.count
            state.mood = .busy
        }
    }

    /// The waiters of what is still queued, to be refused; their records stay.
    func takeWaiters() -> [AuditBatch.Waiter] {
        state.withLockedValue { state in
            defer { state.batch.waiters.removeAll() }
            return state.batch.waiters
        }
    }

    /// The records that `exchange` returned are durable (or lost).
    func release(records: Int, bytes: Int) {
        state.withLockedValue { state in
            state.takenRecords -= records
            state.takenBytes -= bytes
            updatePercent(state)
        }
    }

    func takeLosses() -> AuditLosses {
        state.withLockedValue { state in
            defer { state.losses = AuditLosses() }
            return state.losses
        }
    }

    private func updatePercent(_ state: borrowing State) {
        let records = (state.takenRecords + state.batch.ends.count) * 100 / maxRecords
        let bytes = (state.takenBytes + state.batch.bytes.count) * 100 / maxBytes
        percent.store(max(records, bytes), ordering: .relaxed)
    }

    private func mustRing(_ state: inout State, urgent: Bool) -> Bool {
        switch state.mood {
        case .busy: return false
        case .gathering where !urgent: return false
        case .gathering, .idle:
            state.mood = .busy
            return true
        }
    }
}
