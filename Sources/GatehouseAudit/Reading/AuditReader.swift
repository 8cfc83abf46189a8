/// Reads records in order, over all files, and goes on where it stopped: `tail -f` and queries (AUD-34).
///
/// Call `next` until it gives `nil`; call it again later to see what was written meanwhile. A line that is not finished is left for later,
/// a rotation in between neither loses nor repeats a record. Not for event loops: it reads files.
package struct AuditReader: ~Copyable {
    private let directory: String
    private let files: any AuditFileSystem
    private let filter: AuditFilter
    private var source: LineSource?
    private var current: SegmentName?
    /// Records up to here are not wanted, or were looked at: a later reader may begin behind it.
    package private(set) var after: UInt64

    /// - Parameter after: the number of the record behind which to begin; 0 is the beginning of the log.
    package init(directory: String, filter: AuditFilter = AuditFilter(), after: UInt64 = 0, files: any AuditFileSystem = SystemFiles()) {
        self.directory = directory
        self.filter = filter
        self.after = after
        self.files = files
    }

    /// A reader that begins with the last `count` records.
    package init(directory: String, last count: UInt64, filter: AuditFilter = AuditFilter(), files: any AuditFileSystem = SystemFiles())
        throws(AuditError)
    {
        let names = try Self.names(in: directory, files)
        var head: UInt64 = 0
        // The last file may be empty or hold only a torn line; then the one before ends the log.
        for name in names.reversed() where head == 0 {
            if let state = try? SegmentTail.lastState(of: directory + "/" + name.text, files: files) {
                head = state.seq
            } else {
                var probe = AuditReader(directory: directory, after: name.firstSeq - 1, files: files)
                head = try probe.lastSeq()
            }
        }
        self.init(directory: directory, filter: filter, after: head > count ? head - count : 0, files: files)
    }

    /// The number of the last record there is now, whatever lines that are no records lie before it; 0 when there is none.
    private mutating func lastSeq() throws(AuditError) -> UInt64 {
        var last: UInt64 = 0
        while true {
            do throws(AuditError) {
                guard let entry = try next() else { return last }
                last = entry.seq
            } catch {
                guard error.code == .broken else { throw error }
            }
        }
    }

    /// The next record that passes the filter; `nil` when there is none yet. Throws `audit_io` when the log cannot be read and
    /// `audit_broken` for a line that is not a record; the next call then goes on behind it.
    package mutating func next() throws(AuditError) -> AuditEntry? {
        do {
            while true {
                if source == nil, try !openNext() { return nil }
                guard let line = try nextLine() else {
                    // The end of this file: the writer begins another one only when it writes no more to this one.
                    guard try hasLaterFile() else { return nil }
                    // What came between the look at this file's end and the look at the directory must not be skipped.
                    source?.resume()
                    guard let late = try nextLine() else {
                        source = nil
                        continue
                    }
                    if let entry = try accept(late) { return entry }
                    continue
                }
                if let entry = try accept(line) { return entry }
            }
        } catch let error as AuditError {
            throw error
        } catch {
            throw AuditError(.io, "the audit log in \(directory) cannot be read", cause: error)
        }
    }

    private mutating func accept(_ line: [UInt8]) throws(AuditError) -> AuditEntry? {
        // What lies before the first wanted record is passed over without being parsed whole.
        if let claim = LineFrame.claim(of: line.span), claim.seq <= after { return nil }
        guard let entry = AuditEntry(line) else {
            throw AuditError(.broken, "\(current?.text ?? directory) holds a line that is not a record; run `gatehouse audit verify`")
        }
        guard entry.seq > after else { return nil }
        after = entry.seq
        return filter.matches(entry) ? entry : nil
    }

    private mutating func nextLine() throws -> [UInt8]? {
        source?.resume()
        return try source?.nextLine()
    }

    private mutating func openNext() throws -> Bool {
        let names = try Self.names(in: directory, files)
        let next: SegmentName?
        if let current {
            next = names.first { $0 > current }
        } else {
            // The file that holds the first wanted record: the last one that begins at or before it.
            next = names.last { $0.firstSeq <= after &+ 1 } ?? names.first
        }
        guard let next else { return false }
        source = try LineSource(directory + "/" + next.text, files: files)
        current = next
        return true
    }

    private func hasLaterFile() throws(AuditError) -> Bool {
        guard let current else { return false }
        return try Self.names(in: directory, files).contains { $0 > current }
    }

    private static func names(in directory: String, _ files: any AuditFileSystem) throws(AuditError) -> [SegmentName] {
        do throws(FileError) {
            return try files.names(in: directory).compactMap { SegmentName($0) }.sorted()
        } catch {
            throw AuditError(.io, "the audit log in \(directory) cannot be read", cause: error)
        }
    }
}
