/// The writer: takes batches from the ring, makes them durable, answers waiters, and keeps the schedule of the log.
///
/// It never waits and starts no thread: `pass` does the due work and returns when to call it again. The thread (or a test) drives it.
struct AuditWriter: ~Copyable {
    /// When `pass` is to be called again at the latest, and whether new records in the ring are a reason to call it earlier.
    struct Schedule {
        var wakeAt: UInt64
        var watchesRing: Bool
    }

    let configuration: AuditConfiguration
    let files: any AuditFileSystem
    let clock: AuditClock
    let encoder: RecordEncoder
    let origin: UInt64
    let ring: AuditRing
    let folds: FoldBox
    let status: AuditStatus
    let reserve: SpaceReserve
    var log: SegmentWriter
    /// Absent when no checkpoints are made.
    var checkpointer: Checkpointer?
    /// A fault that the operator chose to accept; behind it no checkpoints are made.
    let accepted: String?

    var batch = AuditBatch()
    /// The part of the batch that came from the ring, to be released when all of it is durable.
    private var taken = (records: 0, bytes: 0)
    private var encoded = 0
    private var durable = 0
    private var nextWaiter = 0
    /// Calls to be made when no lock is held.
    private var outbox: [@Sendable () -> Void] = []

    var degradation: Degradation?
    private var nextHeartbeat: UInt64
    private var wantedReason: LinkReason?
    /// A failed rotation keeps the old file; it is tried again from this time on.
    private var rotationRetryAt: UInt64 = 0
    private var rotationFailures: UInt64 = 0

    struct Degradation {
        let since: UInt64
        let needsReserve: Bool
        var retryAt: UInt64
    }

    init(
        configuration: AuditConfiguration, files: any AuditFileSystem, clock: AuditClock, encoder: RecordEncoder, origin: UInt64,
        ring: AuditRing, folds: FoldBox, status: AuditStatus, log: consuming SegmentWriter, checkpointer: consuming Checkpointer?,
        accepted: String? = nil
    ) {
        self.configuration = configuration
        self.files = files
        self.clock = clock
        self.encoder = encoder
        self.origin = origin
        self.ring = ring
        self.folds = folds
        self.status = status
        reserve = SpaceReserve(path: log.directory.path(SpaceReserve.name), size: configuration.reserveBytes, files: files)
        self.log = log
        self.checkpointer = checkpointer
        self.accepted = accepted
        batch.reserve(bytes: configuration.ringBytes)
        nextHeartbeat = clock.monotonicNanoseconds() &+ configuration.heartbeat.nanoseconds
    }

    mutating func takeOutbox() -> [@Sendable () -> Void] {
        defer { outbox = [] }
        return outbox
    }

    /// Does the due work.
    mutating func pass() -> Schedule {
        let now = clock.monotonicNanoseconds()
        if let degradation {
            guard now >= degradation.retryAt else { return Schedule(wakeAt: degradation.retryAt, watchesRing: false) }
            retry(now)
        } else {
            takeFromRing()
            addOwnRecords(now)
            write(now)
            checkpoint(now, isForced: false)
        }
        return schedule()
    }

    /// The last pass. Returns what could not be written, if anything.
    mutating func finish() -> AuditError? {
        let now = clock.monotonicNanoseconds()
        // A degraded log gets one more chance: the disk may be back.
        if degradation != nil { retry(now) }
        takeFromRing()
        for record in folds.expire(at: .max) { add(record) }
        addLosses()
        add(AuditRecord(.auditStopped))
        write(now)
        let left = batch.ends.count - durable + ring.pendingRecords
        refuseWaiters()
        checkpoint(now, isForced: true)
        log.close()
        checkpointer?.close()
        status.setHealth(.stopped)
        guard left > 0 else { return nil }
        return AuditError(.unavailable, "the audit log was closed with \(left) records unwritten")
    }

    /// Adds one of the log's own records to the batch.
    mutating func add(_ record: AuditRecord) {
        var body: [UInt8] = []
        let mono = clock.monotonicNanoseconds() &- origin
        let wall = clock.wallMicroseconds()
        status.alerts.note(record, wall: wall)
        encoder.append(record, level: configuration.levels[record.event], wall: wall, mono: mono, to: &body)
        batch.append(body)
    }

    // MARK: - The way of a batch

    private mutating func takeFromRing() {
        guard batch.ends.isEmpty, batch.waiters.isEmpty else { return }
        ring.exchange(&batch)
        taken = (batch.ends.count, batch.bytes.count)
    }

    private mutating func write(_ now: UInt64) {
        do throws(SegmentWriter.Failure) {
            try writeBatch(now)
        } catch {
            answer(error, now)
        }
    }

    mutating func writeBatch(_ now: UInt64) throws(SegmentWriter.Failure) {
        if status.takeWantedRotation() { wantedReason = .request }
        try replaceSegmentIfDue(now)
        while encoded < batch.ends.count {
            let (wall, mono) = (clock.wallMicroseconds(), now &- origin)
            try log.append(batch, encoded, wall: wall, mono: mono)
            encoded += 1
            markWaiters()
            if log.size >= configuration.segmentBytes, now >= rotationRetryAt {
                try commit(now)
                _ = rotate(.size, now)
            } else if log.pendingBytes >= 4 << 20 {
                try commit(now)
            }
        }
        try commit(now)
        batch.removeAll()
        (encoded, durable, nextWaiter) = (0, 0, 0)
        ring.release(records: taken.records, bytes: taken.bytes)
        taken = (0, 0)
    }

    private mutating func commit(_ now: UInt64) throws(SegmentWriter.Failure) {
        let bytes = log.pendingBytes
        try log.commit(wall: clock.wallMicroseconds(), mono: now &- origin)
        status.committed(log.synced, records: encoded - durable, bytes: bytes)
        durable = encoded
        checkpoint(now, isForced: false)
        while nextWaiter < batch.waiters.count, batch.waiters[nextWaiter].records <= durable {
            let waiter = batch.waiters[nextWaiter]
            let seq = waiter.seq == 0 ? log.synced.seq : waiter.seq
            outbox.append { waiter.completion(.success(AuditReceipt(seq: seq))) }
            nextWaiter += 1
        }
    }

    /// Notes the number of the record just encoded for its waiter.
    private mutating func markWaiters() {
        var index = nextWaiter
        while index < batch.waiters.count, batch.waiters[index].records <= encoded {
            if batch.waiters[index].records == encoded { batch.waiters[index].seq = log.chain.seq }
            index += 1
        }
    }

    private mutating func replaceSegmentIfDue(_ now: UInt64) throws(SegmentWriter.Failure) {
        if log.segment.isSuspect {
            try log.replaceSegment(.syncFailed, now: now)
        } else if let reason = wantedReason {
            if log.segment.syncedSize == 0 || rotate(reason, now) { wantedReason = nil }
        } else if now &- log.segment.openedAt >= configuration.segmentAge.nanoseconds, log.segment.syncedSize > 0 {
            _ = rotate(.age, now)
        }
    }

    /// Begins a new file. If none can be made, for want of descriptors or space in the directory, the log goes on in the old one and tries
    /// again later; the heartbeat warns (AUD-15, AUD-31).
    private mutating func rotate(_ reason: LinkReason, _ now: UInt64) -> Bool {
        guard now >= rotationRetryAt else { return false }
        checkpoint(now, isForced: true)
        do throws(SegmentWriter.Failure) {
            try log.replaceSegment(reason, now: now)
            return true
        } catch {
            rotationFailures &+= 1
            rotationRetryAt = now &+ configuration.retryInterval.nanoseconds
            return false
        }
    }

    mutating func checkpoint(_ now: UInt64, isForced: Bool) {
        guard let tree = log.syncedTree, let note = checkpointer?.checkpoint(tree, now: now, isForced: isForced) else { return }
        if let sink = checkpointer?.settings.secondSink { outbox.append { sink(note) } }
    }

    // MARK: - Failures

    /// Answers a failed write: a failed sync is tried once in a new file (AUD-11), a full volume spends the reserve (AUD-14), all else
    /// and a second failure turn the failure switch.
    private mutating func answer(_ failure: SegmentWriter.Failure, _ now: UInt64) {
        rollBack()
        switch failure {
        case .sync:
            do throws(SegmentWriter.Failure) {
                try writeBatch(now)
            } catch {
                rollBack()
                degrade(error, now)
            }
        case .write where failure.number == ErrorNumber.noSpace && reserve.spend():
            degrade(failure, now)
            do throws(SegmentWriter.Failure) {
                try writeBatch(now)
            } catch {
                rollBack()
            }
        case .write, .crypto:
            degrade(failure, now)
        }
        if degradation != nil { refuseWaiters() }
    }

    private mutating func rollBack() {
        log.rollBack()
        encoded = durable
    }

    private mutating func degrade(_ failure: SegmentWriter.Failure, _ now: UInt64) {
        let needsReserve = failure.number == ErrorNumber.noSpace && configuration.reserveBytes > 0
        degradation = Degradation(since: now, needsReserve: needsReserve, retryAt: now &+ configuration.retryInterval.nanoseconds)
        add(AuditRecord(.auditDegraded, detail: ["cause": .string(failure.text), "policy": .string(configuration.onFailure.rawValue)]))
        report(.degraded(failure.text))
    }

    /// The way back needs no restart (AUD-15).
    private mutating func retry(_ now: UInt64) {
        guard let before = degradation else { return }
        do throws(SegmentWriter.Failure) {
            if before.needsReserve {
                do throws(FileError) { try reserve.make() } catch { throw .write(error) }
            }
            takeFromRing()
            try writeBatch(now)
        } catch {
            rollBack()
            refuseWaiters()
            degradation?.retryAt = now &+ configuration.retryInterval.nanoseconds
            return
        }
        degradation = nil
        takeFromRing()
        add(AuditRecord(.auditRestored, detail: ["down_ms": AuditScalar((now &- before.since) / 1_000_000)]))
        addLosses()
        write(now)
        if degradation == nil { report(.healthy) }
    }

    private mutating func refuseWaiters() {
        let waiting = batch.waiters.dropFirst(nextWaiter) + ring.takeWaiters()
        batch.waiters.removeAll()
        nextWaiter = 0
        let result: Result<AuditReceipt, AuditError> =
            configuration.onFailure == .continue ? .success(AuditReceipt(seq: nil)) : .failure(.cannotWrite)
        for waiter in waiting { outbox.append { waiter.completion(result) } }
    }

    private mutating func report(_ health: AuditHealth) {
        status.setHealth(health)
        if let tell = configuration.onHealthChange { outbox.append { tell(health) } }
    }

    // MARK: - The log's own records

    private mutating func addOwnRecords(_ now: UInt64) {
        for record in folds.expire(at: now) { add(record) }
        addLosses()
        guard now >= nextHeartbeat else { return }
        nextHeartbeat = now &+ configuration.heartbeat.nanoseconds
        if !log.isIntact() {
            wantedReason = .replaced
            add(AuditRecord(.auditGap, detail: ["reason": "file_replaced"], count: 1))
        }
        let values = status.current
        lookAtSpace()
        var beat = AuditRecord(.auditHeartbeat, detail: ["records": AuditScalar(values.records), "lost": AuditScalar(values.lost)])
        beat.detail.append("fill_percent", AuditScalar(ring.fill))
        if let free = status.current.freePercent { beat.detail.append("free_percent", AuditScalar(free)) }
        if let failures = checkpointer?.failures, failures > 0 {
            beat.severity = .warning
            beat.detail.append("checkpoint_failures", AuditScalar(failures))
        }
        if rotationFailures > 0 {
            beat.severity = .warning
            beat.detail.append("rotation_failures", AuditScalar(rotationFailures))
        }
        if let free = status.current.freePercent, free < 20 { beat.severity = .warning }
        add(beat)
    }

    mutating func lookAtSpace() {
        guard let space = try? files.space(at: log.directory.root), space.total > 0 else { return }
        status.setFreePercent(Int(clamping: space.free / max(space.total / 100, 1)))
    }

    private mutating func addLosses() {
        let losses = ring.takeLosses()
        guard losses.count > 0 else { return }
        status.lost(losses.count)
        add(
            AuditRecord(
                .auditGap,
                detail: [
                    "reason": "ring_full", "from": .string(Timestamp.text(losses.from)), "to": .string(Timestamp.text(losses.to)),
                    "count": AuditScalar(losses.count),
                ]))
    }

    private mutating func schedule() -> Schedule {
        if let degradation { return Schedule(wakeAt: degradation.retryAt, watchesRing: false) }
        var wakeAt = min(nextHeartbeat, folds.nextExpiry ?? .max, checkpointer?.nextAt ?? .max)
        let age = log.segment.openedAt &+ configuration.segmentAge.nanoseconds
        wakeAt = min(wakeAt, max(wantedReason == nil ? age : 0, rotationRetryAt))
        return Schedule(wakeAt: wakeAt, watchesRing: true)
    }
}
