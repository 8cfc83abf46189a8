import GatehouseAudit
import GatehouseNetwork

/// FZ-07: an audit log with changes to it, or a file that may be one. Verification is never "good" for changed bytes; a start on it either
/// refuses or goes on with a log that verifies, and loses no good record.
///
/// The first byte says what the rest is: changes to a sound log, or the bytes of its only file.
package struct AuditHarness: FuzzHarness {
    package static let name = "audit"

    private let sample: SampleLog

    package init() throws {
        sample = try SampleLog()
        let report = try verify(sample.files)
        try require(report.verdict == .good && report.checkpoints > 0 && report.files == 3, "the sample is not sound: \(report)")
    }

    package mutating func run(_ input: [UInt8]) throws {
        guard let mode = input.first else { return }
        if mode & 1 == 0 {
            try changed(input.dropFirst())
        } else {
            try single(Array(input.dropFirst()))
        }
    }

    private func verify(_ files: [String: [UInt8]]) throws -> AuditVerifier.Report {
        try AuditVerifier(files: MemoryFiles(files)).verify(
            directory: MemoryFiles.directory, key: sample.key.verifier, external: sample.notes)
    }

    // MARK: Changes to a sound log

    private func changed(_ input: ArraySlice<UInt8>) throws {
        var files = sample.files
        var edit = FileEdit(input)
        while edit.apply(to: &files, names: sample.files.keys.sorted()) {}
        let isChanged = sample.segments.contains { files[$0] != sample.files[$0] }
        do {
            let report = try verify(files)
            try require(!isChanged || report.verdict != .good, "a changed log is called good")
            try require(report.verdict == .good || report.finding != nil, "a verdict without a finding")
            if report.verdict == .good, let notes = files["audit.checkpoints"] { try checkNotes(notes) }
        } catch let error as AuditError {
            try require(isChanged && error.code == .io, "cannot be verified: \(error)")
        }
        _ = try read(files)
        try restart(files, isOneFile: false)
    }

    /// Checkpoints that are accepted are those that were signed.
    private func checkNotes(_ bytes: [UInt8]) throws {
        let read = SignedCheckpoint.read(String(decoding: bytes, as: UTF8.self))
        try require(read.checkpoints.allSatisfy { sample.notes.contains($0) }, "a changed checkpoint is called good")
    }

    // MARK: A file that may be a log

    private func single(_ bytes: [UInt8]) throws {
        let files = ["audit-000000000001.jsonl": bytes]
        let report = try AuditVerifier(files: MemoryFiles(files)).verify(directory: MemoryFiles.directory)
        if report.verdict == .good { try require(isChained(bytes, report.records), "a chain that is none is called good") }
        _ = try read(files)
        try restart(files, isOneFile: true)
        _ = RedactCheck(secrets: ["correct horse"]).findings(in: bytes)
    }

    /// The chain computed anew from the lines, which are cut where their hash begins.
    private func isChained(_ bytes: [UInt8], _ records: UInt64) throws -> Bool {
        var state = ChainState()
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.last?.isEmpty == true, lines.count - 1 == Int(records) else { return bytes.isEmpty && records == 0 }
        for line in lines.dropLast() {
            state.hash = try RecordLine.chained(Array(line.dropLast(51)), after: state.hash)
            guard line.suffix(45).dropLast(2).elementsEqual(state.hash.text.utf8) else { return false }
        }
        return true
    }

    // MARK: Readers and restarts

    /// Reads to the end, past what is no record. A reader that gave nothing new and did not end would never end.
    private func read(_ files: [String: [UInt8]]) throws -> Int {
        var reader = AuditReader(directory: MemoryFiles.directory, files: MemoryFiles(files))
        let lines = files.values.reduce(2) { $0 + $1.count { $0 == 0x0A } }
        var last: UInt64 = 0
        for turn in 0... {
            try require(turn <= lines, "a reader does not end")
            let entry: AuditEntry
            do throws(AuditError) {
                guard let next = try reader.next() else { return turn }
                entry = next
            } catch {
                guard error.code == .broken else { return turn }
                continue
            }
            try require(entry.seq > last, "records out of order")
            last = entry.seq
            try require(!entry.summary.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "a control character for a terminal")
        }
        return 0
    }

    private func restart(_ files: [String: [UInt8]], isOneFile: Bool) throws {
        let before = try? AuditVerifier(files: MemoryFiles(files)).verify(directory: MemoryFiles.directory)
        let memory = MemoryFiles(files)
        do throws(AuditError) {
            let log = try SampleLog.open(memory)
            log.record(AuditRecord(.connectionOpened, actor: AuditActor(ip: ClientAddress(IPAddress("192.0.2.1")), port: 1)))
            try SampleLog.stop(log)
        } catch {
            // A sound log may still be another node's.
            try require(before?.verdict != .good || error.code == .setting, "a sound log is refused: \(error)")
            return
        }
        let after = try AuditVerifier(files: memory).verify(directory: MemoryFiles.directory)
        // Only the last file is read at a start: what is wrong before it is for `verify`.
        if before?.verdict == .good || isOneFile {
            try require(after.verdict == .good, "a start goes on with a log that does not verify: \(after)")
            try require(after.records >= before?.records ?? 0, "a start lost good records")
        }
    }
}
