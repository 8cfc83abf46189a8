/// Follows a log from its first record to its last and says whether it is whole (audit requirements 5).
///
/// Reads in bounded memory; a log that is being written can be verified too, its unfinished last line then counts as torn.
package struct AuditVerifier {
    /// What `gatehouse audit verify` exits with.
    package enum Verdict: Int32, Sendable {
        case good = 0
        case tampered = 1
        /// Whole but for an unfinished last line, as a crash leaves it.
        case tornTail = 2
    }

    package struct Finding: Sendable, Equatable, CustomStringConvertible {
        package let file: String
        package let line: Int
        /// The number that the record has or should have; `nil` when it is not known.
        package let seq: UInt64?
        package let message: String

        package var description: String {
            "\(file):\(line):\(seq.map(String.init) ?? "-"): \(message)"
        }
    }

    package struct Report: Sendable {
        package var verdict = Verdict.good
        /// The first thing that is wrong.
        package var finding: Finding?
        package var files = 0
        package var records: UInt64 = 0
        package var bytes = 0
        /// The last good record.
        package var head = ChainState()
        /// The record before the first one, taken on trust: zero when the log was read from its beginning.
        package var trusted = ChainState()
        /// Lines that a failed sync left behind in an abandoned file and that come again in the next one (AUD-11).
        package var abandonedLines = 0
        /// Remarks that are no proof of tampering.
        package var notes: [String] = []
    }

    private let files: any AuditFileSystem

    package init(files: any AuditFileSystem = SystemFiles()) { self.files = files }

    /// Verifies all of a log's directory, which must begin with record 1. Throws `audit_io` when it cannot be read.
    package func verify(directory: String) throws(AuditError) -> Report {
        let names: [SegmentName]
        do throws(FileError) {
            names = try files.names(in: directory).compactMap { SegmentName($0) }.sorted()
        } catch {
            throw AuditError(.io, "the audit log in \(directory) cannot be read", cause: error)
        }
        guard let first = names.first else {
            throw AuditError(.io, "there is no audit log in \(directory)")
        }
        guard first.firstSeq == 1 else {
            var report = Report()
            report.verdict = .tampered
            report.finding = Finding(
                file: first.text, line: 1, seq: 1,
                message: "records 1 to \(first.firstSeq - 1) are missing: the first file begins behind them"
            )
            return report
        }
        return try verify(files: names.map { directory + "/" + $0.text })
    }

    /// Verifies the files given, in the order of their names. When the first does not begin with record 1, the link in it is trusted.
    package func verify(files paths: [String]) throws(AuditError) -> Report {
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
                let next = index + 1 < segments.count ? try link(of: segments[index + 1].path) : nil
                let isWhole = try follow(
                    segment, isFirst: index == 0, isLast: index + 1 == segments.count, next: next, checker: &checker, report: &report
                )
                guard isWhole else { break }
                report.files += 1
            }
            report.head = checker.state
            return report
        } catch let error as AuditError {
            throw error
        } catch {
            throw AuditError(.io, "the audit log cannot be read", cause: error)
        }
    }

    /// The link in the first line of a file, if it has one.
    private func link(of path: String) throws(FileError) -> SegmentLink? {
        var source = try LineSource(path, files: files)
        guard case .line(let range) = try source.next() else { return nil }
        return SegmentLink(source.buffer.span.extracting(range))
    }

    /// Gives `false` when there is no point in going on.
    private func follow(
        _ segment: (name: SegmentName, path: String), isFirst: Bool, isLast: Bool, next: SegmentLink?, checker: inout ChainChecker,
        report: inout Report
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
                if line == 1 && !isLast { return fail(nil, "the file is empty and another follows it") }
                return true
            case .tooLong:
                return fail(nil, "longer than any record")
            case .torn:
                guard isLast else { return fail(checker.state.seq &+ 1, "the line does not end, and another file follows") }
                return fail(checker.state.seq &+ 1, "the last line does not end", .tornTail)
            case .line(let range):
                let bytes = source.buffer.span.extracting(range)
                if let next, next.isAfterFailedSync, checker.state.seq == next.previous.seq, line > 1 {
                    report.abandonedLines += 1
                    continue
                }
                if line == 1 {
                    if let problem = begin(bytes, segment.name, isFirst: isFirst, checker: &checker, report: &report) {
                        return fail(segment.name.firstSeq, problem)
                    }
                }
                do throws(LineFault) {
                    try checker.check(bytes)
                } catch {
                    return fail(checker.state.seq &+ 1, error.message)
                }
                report.records += 1
                report.bytes += bytes.count + 1
            }
        }
    }

    /// What only the first line of a file must show.
    private func begin(
        _ line: Span<UInt8>, _ name: SegmentName, isFirst: Bool, checker: inout ChainChecker, report: inout Report
    ) -> String? {
        guard let link = SegmentLink(line) else { return "the first record of the file does not name the record before it" }
        if isFirst, name.firstSeq > 1 {
            guard link.previous.seq &+ 1 == name.firstSeq else { return "the file is not named after its first record" }
            checker.trust(link.previous)
            report.trusted = link.previous
            report.notes.append("begins behind record \(link.previous.seq), which was taken on trust")
        }
        guard name.firstSeq == checker.state.seq &+ 1 else {
            return "record \(checker.state.seq &+ 1) was expected here: a file is missing, renamed or cut"
        }
        guard link.previous == checker.state else { return "the link to the file before does not fit it" }
        return nil
    }
}
