extension AuditWriter {
    /// A writer on what was found on disk.
    static func starting(
        _ opened: OpenedLog, configuration: AuditConfiguration, files: any AuditFileSystem, clock: AuditClock, encoder: RecordEncoder,
        origin: UInt64, ring: AuditRing, folds: FoldBox, status: AuditStatus
    ) throws(AuditError) -> AuditWriter {
        let segment: Segment
        do throws(FileError) {
            let link = AuditRecord(.auditRotated, detail: ["reason": .string(LinkReason.start.rawValue)])
            if let found = opened.segment {
                segment = Segment(
                    name: found.name, path: opened.directory.path(found.name.text), descriptor: found.descriptor,
                    inode: try files.status(of: found.descriptor).inode, syncedSize: found.size,
                    // Its age goes on over a restart (AUD-31); it began before this process, so the difference may wrap.
                    openedAt: origin &- age(since: found.since, clock), link: link
                )
            } else {
                let link = opened.isFresh ? AuditRecord(.auditStarted) : link
                segment = try .create(
                    SegmentName(firstSeq: opened.chain.seq &+ 1), in: opened.directory, files: files, now: origin, link: link
                )
            }
        } catch {
            files.close(opened.directory.descriptor)
            throw AuditError(.io, "the audit log cannot be opened for writing", cause: error)
        }
        var tree: MerkleFrontier?
        var checkpointer: Checkpointer?
        var accepted = opened.accepted
        if let settings = configuration.checkpoints, accepted == nil {
            do throws(AuditError) {
                let restoring = FrontierRestoring(directory: opened.directory, key: settings.key.verifier, files: files)
                let restored = opened.isFresh ? (frontier: MerkleFrontier(), covered: 0) : try restoring.restore(head: opened.chain)
                tree = restored.frontier
                checkpointer = try Checkpointer(
                    settings, directory: opened.directory, covered: restored.covered, now: origin, files: files
                )
            } catch {
                guard error.code == .broken, configuration.acceptsBrokenLog else {
                    files.close(segment.descriptor)
                    files.close(opened.directory.descriptor)
                    throw error
                }
                accepted = error.message
            }
        }
        let log = try SegmentWriter(
            directory: opened.directory, files: files, encoder: encoder, segment: segment, chain: opened.chain, tree: tree
        )
        return AuditWriter(
            configuration: configuration, files: files, clock: clock, encoder: encoder, origin: origin, ring: ring, folds: folds,
            status: status, log: log, checkpointer: checkpointer, accepted: accepted
        )
    }

    /// Nanoseconds since a time of the wall clock; none when that lies ahead, as after the clock was set back.
    private static func age(since: Int64?, _ clock: AuditClock) -> UInt64 {
        guard let since else { return 0 }
        let microseconds = UInt64(clamping: clock.wallMicroseconds().subtractingReportingOverflow(since).partialValue)
        return microseconds.multipliedReportingOverflow(by: 1_000).partialValue
    }

    /// `audit.started` and what the recovery found, durable before the log is handed out.
    mutating func writeFirstRecords(_ opened: OpenedLog) throws(AuditError) {
        for torn in opened.torn {
            add(
                AuditRecord(
                    .auditRecovered, target: AuditTarget(reference: torn.file),
                    detail: ["torn_bytes": AuditScalar(torn.bytes), "last_seq": AuditScalar(opened.chain.seq)]
                ))
        }
        if let accepted {
            add(AuditRecord(.auditRecovered, severity: .critical, detail: ["accepted_broken": .string(accepted)]))
        }
        // In an empty log the link record is `audit.started` itself.
        if !opened.isFresh { add(AuditRecord(.auditStarted)) }
        if checkpointer != nil, let key = configuration.checkpoints?.key.verifier {
            add(AuditRecord(.auditCheckpoint, detail: ["key": .string(key.description)]))
        }
        do throws(SegmentWriter.Failure) {
            do throws(FileError) { try reserve.make() } catch { throw .write(error) }
            try writeBatch(clock.monotonicNanoseconds())
            do throws(FileError) {
                for torn in opened.torn { try torn.markRecorded(opened.directory, files) }
            } catch {
                throw .write(error)
            }
        } catch {
            log.close()
            throw AuditError(.io, "the audit log cannot be written at start: \(error.text)")
        }
        // Covers what the previous stop or kill did not: from here on a loss shows (AUD-23).
        checkpoint(clock.monotonicNanoseconds(), isForced: true)
        lookAtSpace()
    }
}
