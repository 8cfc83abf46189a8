internal import NIOConcurrencyHelpers
internal import Synchronization

/// The audit log: one for a node, open from before the first connection until after the last.
///
/// `record(_:)` may be called from any thread or event loop, does not block and does no I/O. One thread of its own writes. Close it with
/// `stop`; an instance that is dropped without it goes on running.
package final class AuditLog: Sendable {
    /// Who calls the writer.
    package enum Driver: Sendable {
        /// A thread of the log's own.
        case thread
        /// The caller of `drive()`. For tests, which own the time.
        case manual
    }

    /// The id of this start of the process in every record.
    package let boot: ULID
    let configuration: AuditConfiguration
    let files: any AuditFileSystem
    private let clock: AuditClock
    private let origin: UInt64
    private let encoder: RecordEncoder
    private let ring: AuditRing
    private let folds: FoldBox
    private let status: AuditStatus
    private let tally = AuditTally()
    private let doorbell = Doorbell()
    /// The standard library's lock, since NIO's cannot hold what is not copyable. Only the writer thread, or `drive`, takes it.
    private let writer: Mutex<AuditWriter>
    private let stopping = NIOLockedValueBox<StopState>(.running)
    private let driver: Driver

    private enum StopState {
        case running
        case asked([@Sendable (AuditError?) -> Void])
        case stopped(AuditError?)
    }

    /// Opens or makes the log, recovers it after a crash (AUD-33), and starts the writer. Blocks while it reads the last file.
    ///
    /// Throws `audit_locked` when another process writes it, `audit_broken` when it does not verify, `audit_setting` for a directory or
    /// setting that cannot be used, `audit_io` otherwise. When it returns, `audit.started` is durable.
    package static func open(
        _ configuration: AuditConfiguration, files: any AuditFileSystem = SystemFiles(), clock: AuditClock = .system,
        driver: Driver = .thread
    ) throws(AuditError) -> AuditLog {
        try configuration.validate()
        let log = try AuditLog(configuration, files, clock, driver)
        if driver == .thread { try AuditThread.start { log.run() } }
        return log
    }

    private init(
        _ configuration: AuditConfiguration, _ files: any AuditFileSystem, _ clock: AuditClock, _ driver: Driver
    ) throws(AuditError) {
        let origin = clock.monotonicNanoseconds()
        let boot = ULIDGenerator(clock: clock).next()
        let encoder = RecordEncoder(node: configuration.node, boot: boot)
        let ring = AuditRing(maxRecords: configuration.ringRecords, maxBytes: configuration.ringBytes)
        let folds = FoldBox(
            window: configuration.foldWindow.nanoseconds, limit: configuration.foldKeys,
            budget: ActorBudget(bytesPerSecond: configuration.actorBytesPerSecond))
        let status = AuditStatus()
        let opened = try LogOpening(configuration: configuration, files: files).open()
        var writer = try AuditWriter.starting(
            opened, configuration: configuration, files: files, clock: clock, encoder: encoder, origin: origin, ring: ring, folds: folds,
            status: status
        )
        try writer.writeFirstRecords(opened)
        (self.configuration, self.clock, self.origin, self.boot, self.encoder) = (configuration, clock, origin, boot, encoder)
        (self.ring, self.folds, self.status, self.driver, self.files) = (ring, folds, status, driver, files)
        self.writer = Mutex(writer)
    }

    // MARK: - Recording

    /// Queues a record of class B or C (specification: audit, section 3). Never blocks, never suspends.
    ///
    /// Repeats of a class C event are folded, and so are class B records of an actor beyond its budget. Tell the client the decision id of
    /// the result, not the one that was passed in (AUD-05).
    @discardableResult
    package func record(_ record: AuditRecord) -> AuditAdmission {
        tally.count(record.event)
        let level = configuration.levels[record.event]
        guard level != .none else { return AuditAdmission(outcome: .off, decision: record.decision?.id) }
        let wall = clock.wallMicroseconds()
        let mono = clock.monotonicNanoseconds()
        status.alerts.note(record, wall: wall)
        if record.event.durability == .folded, let folded = fold(record, wall, mono) { return folded }
        let body = encode(record, level, wall, mono)
        if record.event.durability == .grouped, let actor = record.actor, !folds.takes(body.count, of: actor, mono: mono),
            let folded = fold(record, wall, mono)
        {
            return folded
        }
        let outcome: AuditAdmission.Outcome
        do throws(AuditRing.Refusal) {
            if try ring.append(body, wall: wall, mono: mono) { doorbell.ring() }
            outcome = .queued
        } catch {
            outcome = error == .full ? .lost : .stopped
        }
        return AuditAdmission(outcome: outcome, decision: record.decision?.id)
    }

    /// - Returns: `nil` if the record is the first of its kind and must be written.
    private func fold(_ record: AuditRecord, _ wall: Int64, _ mono: UInt64) -> AuditAdmission? {
        let (verdict, isFirstWindow) = folds.admit(record, wall: wall, mono: mono)
        if isFirstWindow { doorbell.ring() }
        guard case .repeated(let id) = verdict else { return nil }
        return AuditAdmission(outcome: .folded, decision: id)
    }

    /// Writes a record of class A and answers when it is durable: only then may the effect happen.
    ///
    /// - Parameter completion: called once, on the writer thread, or on the caller's when the log refuses at once with `audit_unavailable`.
    package func recordDurably(_ record: AuditRecord, completion: @escaping AuditCompletion) {
        if status.isDegraded {
            guard configuration.onFailure == .continue else { return completion(.failure(.cannotWrite)) }
            let outcome = self.record(record).outcome
            return completion(outcome == .stopped ? .failure(.isStopped) : .success(AuditReceipt(seq: nil)))
        }
        tally.count(record.event)
        let level = max(configuration.levels[record.event], .metadata)
        let wall = clock.wallMicroseconds()
        let mono = clock.monotonicNanoseconds()
        status.alerts.note(record, wall: wall)
        do throws(AuditRing.Refusal) {
            if try ring.append(encode(record, level, wall, mono), wall: wall, mono: mono, completion: completion) { doorbell.ring() }
        } catch {
            completion(.failure(error == .full ? .cannotWrite : .isStopped))
        }
    }

    /// As above, for callers that can suspend. Throws `audit_unavailable` or `audit_stopped`.
    @discardableResult
    package func recordDurably(_ record: AuditRecord) async throws(AuditError) -> AuditReceipt {
        let result = await withCheckedContinuation { continuation in
            recordDurably(record) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Completes when all earlier records are durable.
    package func flush(completion: @escaping AuditCompletion) {
        do throws(AuditRing.Refusal) {
            if try ring.appendBarrier(completion) { doorbell.ring() }
        } catch {
            completion(.failure(.isStopped))
        }
    }

    package func flush() async throws(AuditError) {
        let result = await withCheckedContinuation { continuation in
            flush { continuation.resume(returning: $0) }
        }
        _ = try result.get()
    }

    /// Begins a new file with the next batch (SIGHUP, `audit rotate`). Returns at once.
    package func rotate() {
        status.wantRotation()
        flush { _ in }
    }

    // MARK: - State

    /// What the listener must do now. Cheap: read it on every accept and on every tick while reading is stopped.
    package var pressure: AuditPressure {
        // A log that may lose records never slows down the server.
        if case .continue = configuration.onFailure, status.isDegraded { return .none }
        let fill = AuditPressure(percent: ring.fill)
        let refuses = status.isDegraded || status.isShortOfSpace
        return refuses ? max(fill, .refuseConnections) : fill
    }

    /// The name of this server in every record.
    package var node: String { configuration.node }

    /// How full the ring is, in per cent.
    package var fill: Int { ring.fill }

    /// How long the oldest record has waited to be durable.
    package var lag: Duration {
        guard let oldest = ring.oldest else { return .zero }
        let now = clock.monotonicNanoseconds()
        return .nanoseconds(Int64(clamping: now > oldest ? now - oldest : 0))
    }

    package var health: AuditHealth { status.current.health }

    /// Where the log lies.
    package var directory: String { configuration.directory }

    /// The last durable record.
    package var head: ChainState { status.current.head }

    /// Tells of what whoever runs the node should know at once.
    package var alerts: AuditAlerts { status.alerts }

    /// The number of occurrences of each event since the start.
    package var happened: [AuditEvent: UInt64] { tally.current }

    /// Records that found no room since the start.
    package var lost: UInt64 { status.current.lost }

    // MARK: - Running and stopping

    /// Accepts no more records, writes the queued ones and `audit.stopped`, and closes the file. The completion gets the error when
    /// something could not be written. It may be called more than once.
    package func stop(completion: @escaping @Sendable (AuditError?) -> Void) {
        let finished: AuditError?? = stopping.withLockedValue { state in
            switch state {
            case .running: state = .asked([completion])
            case .asked(let others): state = .asked(others + [completion])
            case .stopped(let error): return .some(error)
            }
            return nil
        }
        if let finished { return completion(finished) }
        ring.close()
        doorbell.ring()
        if driver == .manual { drive() }
    }

    package func stop() async throws(AuditError) {
        let error = await withCheckedContinuation { continuation in
            stop { continuation.resume(returning: $0) }
        }
        if let error { throw error }
    }

    /// One turn of the writer at the time of the injected clock. Only with `Driver.manual`.
    package func drive() {
        _ = turn()
    }

    private func turn() -> AuditWriter.Schedule? {
        let waiting = stopping.withLockedValue { state in
            if case .asked(let completions) = state { return Optional(completions) }
            return nil
        }
        guard let waiting else {
            let (schedule, calls) = writer.withLock { writer in (writer.pass(), writer.takeOutbox()) }
            for call in calls { call() }
            return schedule
        }
        let (error, calls) = writer.withLock { writer in (writer.finish(), writer.takeOutbox()) }
        let late = stopping.withLockedValue { state in
            defer { state = .stopped(error) }
            if case .asked(let completions) = state { return completions }
            return waiting
        }
        for call in calls { call() }
        for completion in late { completion(error) }
        return nil
    }

    /// The writer thread.
    private func run() {
        let interval = configuration.commitInterval.nanoseconds
        var schedule = AuditWriter.Schedule(wakeAt: 0, watchesRing: true)
        while true {
            let now = clock.monotonicNanoseconds()
            var wakeAt = schedule.wakeAt
            if schedule.watchesRing {
                switch ring.readiness(interval: interval) {
                case .now: wakeAt = now
                case .at(let time): wakeAt = min(wakeAt, time)
                case .idle: wakeAt = min(wakeAt, folds.nextExpiry ?? .max)
                }
            } else if stopping.withLockedValue({ if case .asked = $0 { true } else { false } }) {
                wakeAt = now
            }
            if wakeAt > now {
                doorbell.wait(nanoseconds: wakeAt - now)
                continue
            }
            guard let next = turn() else { return }
            schedule = next
        }
    }

    private func encode(_ record: AuditRecord, _ level: AuditLevel, _ wall: Int64, _ mono: UInt64) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(768)
        encoder.append(record, level: level, wall: wall, mono: mono &- origin, to: &body)
        return body
    }
}

extension AuditError {
    static let cannotWrite = AuditError(.unavailable, "the audit log cannot be written now; nothing was done")
    static let isStopped = AuditError(.stopped, "the audit log is closed")
}
