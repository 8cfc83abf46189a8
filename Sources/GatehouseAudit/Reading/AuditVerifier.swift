/// Follows a log from its first record to its last and decides whether it is whole (specification: audit, section 5).
///
/// Reads in bounded memory; a log that is being written can be verified too, its unfinished last line then counts as torn.
package struct AuditVerifier {
    private let files: any AuditFileSystem

    package init(files: any AuditFileSystem = SystemFiles()) { self.files = files }

    /// Verifies all of a log's directory, which must begin with record 1, against its own checkpoints and those that were kept elsewhere.
    ///
    /// Only a checkpoint that is held off the host shows that a whole suffix was rewritten (AUD-26). Throws `audit_io` when the log cannot be
    /// read.
    ///
    /// - Parameters:
    ///   - key: what the checkpoints must be signed with; without it signatures are not looked at, which the report notes.
    ///   - external: checkpoints from the second sink.
    package func verify(
        directory: String, key: AuditVerifierKey? = nil, external: [SignedCheckpoint] = []
    ) throws(AuditError) -> Report {
        let file: CheckpointFile
        do throws(FileError) {
            file = try CheckpointFile(directory: directory, files: files)
        } catch {
            throw AuditError(.io, "the checkpoints in \(directory) cannot be read", cause: error)
        }
        let checkpoints = file.checkpoints + external
        var tree: TreeCheck? = try TreeCheck(checkpoints: checkpoints)
        if !checkpoints.isEmpty, try segmentNames(in: directory).isEmpty { return .gone(checkpoints) }
        var report = try follow(directory: directory, from: 1, tree: &tree)
        if key == nil, !checkpoints.isEmpty { report.notes.append("no key was given: the signatures of the checkpoints were not checked") }
        if file.wholeSize < file.size { report.notes.append("\(Checkpointer.fileName) ends with an unfinished note") }
        report.checkpoints = tree?.confirmed ?? 0
        guard report.verdict != .tampered else { return report }
        func fail(_ line: Int, _ message: String) {
            report.verdict = .tampered
            report.finding = Finding(file: Checkpointer.fileName, line: line, seq: nil, message: message)
        }
        if file.broken > 0 {
            fail(0, "\(file.broken) notes cannot be read")
        } else if let key, let foreign = checkpoints.first(where: { !$0.isSigned(by: key) }) {
            fail(0, "the checkpoint of \(foreign.size) records is not signed by this key, or was changed")
        } else if let beyond = tree?.unreached {
            fail(0, "a checkpoint covers \(beyond.size) records, and there are only \(report.head.seq): the end of the log was cut off")
        }
        return report
    }

    /// Verifies the files given, in the order of their names. When the first does not begin with record 1, the link in it is trusted.
    package func verify(files paths: [String]) throws(AuditError) -> Report {
        var tree: TreeCheck?
        return try follow(files: paths, tree: &tree)
    }

    /// Follows a directory from the file that holds record `seq`.
    func follow(directory: String, from seq: UInt64, tree: inout TreeCheck?) throws(AuditError) -> Report {
        let names = try segmentNames(in: directory)
        guard let first = names.first else {
            throw AuditError(.io, "there is no audit log in \(directory)")
        }
        guard first.firstSeq <= seq else {
            var report = Report()
            report.verdict = .tampered
            report.finding = Finding(
                file: first.text, line: 1, seq: seq,
                message: "records \(seq) to \(first.firstSeq - 1) are missing: the first file begins behind them"
            )
            return report
        }
        let start = names.lastIndex { $0.firstSeq <= seq } ?? 0
        return try follow(files: names[start...].map { directory + "/" + $0.text }, tree: &tree)
    }

    /// In order; none where the directory itself is missing.
    private func segmentNames(in directory: String) throws(AuditError) -> [SegmentName] {
        do throws(FileError) {
            return try files.names(in: directory).compactMap { SegmentName($0) }.sorted()
        } catch {
            guard error.number == ErrorNumber.missing else {
                throw AuditError(.io, "the audit log in \(directory) cannot be read", cause: error)
            }
            return []
        }
    }

    private func follow(files paths: [String], tree: inout TreeCheck?) throws(AuditError) -> Report {
        var report = Report()
        do {
            let segments = try paths.map { path throws(AuditError) in
                guard let name = SegmentName(path.split(separator: "/").last ?? "") else {
                    throw AuditError(.setting, "\(path) is not named audit-<first seq>.jsonl")
                }
                return (name: name, path: path)
            }.sorted { $0.name < $1.name }
            var checker = try ChainChecker()
            for (index, segment) in segments.enumerated() {
                let next = index + 1 < segments.count ? try SegmentLink(firstLineOf: segments[index + 1].path, files: files) : nil
                let isWhole = try follow(
                    segment, isFirst: index == 0, isLast: index + 1 == segments.count, next: next, checker: &checker, tree: &tree,
                    report: &report
                )
                report.files += 1
                guard isWhole else { break }
            }
            report.head = checker.state
            return report
        } catch let error as AuditError {
            throw error
        } catch {
            throw AuditError(.io, "the audit log cannot be read", cause: error)
        }
    }

    /// Returns `false` if there is no point in going on.
    private func follow(
        _ segment: (name: SegmentName, path: String), isFirst: Bool, isLast: Bool, next: SegmentLink?, checker: inout ChainChecker,
        tree: inout TreeCheck?, report: inout Report
    ) throws -> Bool {
        var source = try LineSource(segment.path, files: files)
        var line = 0
        func fail(_ seq: UInt64?, _ message: String, _ verdict: Verdict = .tampered) -> Bool {
            report.verdict = verdict
            report.finding = Finding(file: segment.name.text, line: line, seq: seq, message: message)
            return false
        }
        while true {
            let item = try source.next()
            line += 1
            switch item {
            case .end:
                guard line == 1 else { return true }
                guard isLast else { return fail(nil, "the file is empty and another follows it") }
                // Alone, it may be what is left of a log; behind another it must follow it.
                guard !isFirst else { return true }
                do throws(LineFault) {
                    try checker.expect(segment.name)
                    return true
                } catch {
                    // Nothing is missing before a file for records that are there: it was begun after a failed sync, and nothing got into it.
                    return fail(segment.name.firstSeq, error.message, segment.name.firstSeq <= checker.state.seq ? .tornTail : .tampered)
                }
            case .tooLong(let hasEnd):
                return fail(nil, "longer than any record", hasEnd || !isLast ? .tampered : .tornTail)
            case .torn:
                if let next, next.isAfterFailedSync, checker.state == next.previous {
                    report.abandonedLines += 1
                    return true
                }
                guard isLast else { return fail(checker.state.seq &+ 1, "the line does not end, and another file follows") }
                return fail(checker.state.seq &+ 1, "the last line does not end", .tornTail)
            case .line(let range):
                let bytes = source.buffer.span.extracting(range)
                if let next, next.isAfterFailedSync, checker.state.seq == next.previous.seq, line > 1 {
                    report.abandonedLines += 1
                    continue
                }
                if line == 1 {
                    let isTrusting = isFirst && segment.name.firstSeq > 1
                    do throws(LineFault) {
                        try checker.begin(bytes, of: segment.name, isTrusting: isTrusting)
                    } catch {
                        return fail(segment.name.firstSeq, error.message)
                    }
                    if isTrusting {
                        report.trusted = checker.state
                        report.notes.append("begins behind record \(checker.state.seq), which was taken on trust")
                    }
                }
                do throws(LineFault) {
                    try checker.check(bytes)
                } catch {
                    return fail(checker.state.seq &+ 1, error.message)
                }
                if let problem = try tree?.passed(bytes, seq: checker.state.seq) { return fail(checker.state.seq, problem) }
                if let seconds = checker.silence { report.noteSilence(seconds, before: checker.state.seq) }
                report.records += 1
                report.bytes += bytes.count + 1
            }
        }
    }
}
