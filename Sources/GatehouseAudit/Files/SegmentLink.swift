/// The link to the file before in the first record of a file (AUD-21): `"prev_seq":N,"prev_h":"…"` in its detail.
struct SegmentLink {
    let previous: ChainState
    let isAfterFailedSync: Bool

    /// The members a link record carries.
    static func detail(after state: ChainState) -> AuditDetail {
        ["prev_seq": AuditScalar(state.seq), "prev_h": .string(state.hash.text)]
    }

    /// The link in the first line of a file, if it has one.
    init?(firstLineOf path: String, files: any AuditFileSystem) throws(FileError) {
        var source = try LineSource(path, files: files)
        guard case .line(let range) = try source.next() else { return nil }
        self.init(source.buffer.span.extracting(range))
    }

    /// `nil` when the line is not such a record. Quotes inside text are escaped in the file, so the members cannot be forged from outside.
    init?(_ line: Span<UInt8>) {
        guard let seqAt = line.firstOffset(of: "\"prev_seq\":"), let hashAt = line.firstOffset(of: "\"prev_h\":\"") else { return nil }
        var cursor = seqAt
        guard let seq = try? LineFrame.number(line, &cursor), hashAt + 43 <= line.count,
            let hash = AuditHash(text: line.extracting(hashAt..<hashAt + 43))
        else { return nil }
        previous = ChainState(seq: seq, hash: hash)
        isAfterFailedSync = line.firstOffset(of: "\"reason\":\"\(LinkReason.syncFailed.rawValue)\"") != nil
    }
}

/// Why a new file was begun.
package enum LinkReason: String, Sendable {
    case size, age, request
    case syncFailed = "sync_failed"
    /// Someone moved the file away, or cut it.
    case replaced
    /// The start found an empty file.
    case start
}

/// Reads the end of a file.
enum SegmentTail {
    /// Whether a line claims to be `state`. Reads all of the file.
    static func contains(_ state: ChainState, in path: String, files: any AuditFileSystem) throws(FileError) -> Bool {
        var source = try LineSource(path, files: files)
        while true {
            switch try source.next() {
            case .line(let range):
                if LineFrame.claim(of: source.buffer.span.extracting(range)) == state { return true }
            case .tooLong: continue
            case .torn, .end: return false
            }
        }
    }

    /// The last line of a file, without reading the rest.
    static func lastState(of path: String, files: any AuditFileSystem) throws -> ChainState {
        let descriptor = try files.open(path, as: .read)
        defer { files.close(descriptor) }
        let size = try files.status(of: descriptor).size
        let start = max(0, size - RecordEncoder.longLineLimit * 2 - 2)
        var bytes: [UInt8] = []
        while start + bytes.count < size {
            let more = try files.read(descriptor, at: start + bytes.count, count: size - start - bytes.count)
            if more.isEmpty { break }
            bytes.append(contentsOf: more)
        }
        guard bytes.last == 0x0A else { throw AuditError(.broken, "\(path) does not end with a whole record, and another file follows it") }
        bytes.removeLast()
        let line = bytes.suffix(from: (bytes.lastIndex(of: 0x0A) ?? -1) + 1)
        guard let claim = LineFrame.claim(of: Array(line).span) else {
            throw AuditError(.broken, "the last line of \(path) is not a record")
        }
        return claim
    }
}
