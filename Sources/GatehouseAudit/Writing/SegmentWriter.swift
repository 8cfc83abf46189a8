/// Appends lines to the current file and tracks which are durable. It does not wait, and does not decide on failures.
struct SegmentWriter: ~Copyable {
    /// Which call failed: both are handled differently (AUD-11, AUD-12).
    enum Failure: Error {
        case write(FileError)
        case sync(FileError)
        case crypto(AuditError)

        var text: String {
            switch self {
            case .write(let error), .sync(let error): error.description
            case .crypto(let error): error.message
            }
        }

        var number: Int32? {
            switch self {
            case .write(let error), .sync(let error): error.number
            case .crypto: nil
            }
        }
    }

    let directory: LogDirectory
    let files: any AuditFileSystem
    private let encoder: RecordEncoder
    private(set) var segment: Segment
    /// Behind the last line that was encoded.
    private(set) var chain: ChainState
    /// Behind the last line that is durable.
    private(set) var synced: ChainState
    /// The Merkle tree behind the last line, and behind the last durable one; absent when no checkpoints are made.
    private var tree: MerkleFrontier?
    private(set) var syncedTree: MerkleFrontier?
    private var hasher: SHA256
    private var lines: [UInt8] = []

    init(
        directory: LogDirectory, files: any AuditFileSystem, encoder: RecordEncoder, segment: Segment, chain: ChainState,
        tree: MerkleFrontier? = nil
    ) throws(AuditError) {
        self.directory = directory
        self.files = files
        self.encoder = encoder
        self.segment = segment
        self.chain = chain
        self.tree = tree
        synced = chain
        syncedTree = tree
        hasher = try SHA256()
    }

    /// Bytes that are encoded and not yet durable.
    var pendingBytes: Int { lines.count }
    var size: Int { segment.syncedSize + lines.count }

    /// Encodes one record of a batch; `wall` and `mono` are for a link record, should the file be empty.
    mutating func append(_ batch: AuditBatch, _ record: Int, wall: Int64, mono: UInt64) throws(Failure) {
        try linkIfEmpty(wall: wall, mono: mono)
        try appendLine(batch.bytes.span.extracting(batch.range(of: record)))
    }

    /// Writes what is pending and makes it durable.
    mutating func commit(wall: Int64, mono: UInt64) throws(Failure) {
        try linkIfEmpty(wall: wall, mono: mono)
        guard !lines.isEmpty else { return }
        do throws(FileError) {
            try files.writeAll(segment.descriptor, lines.span)
        } catch {
            throw .write(error)
        }
        do throws(FileError) {
            try files.sync(segment.descriptor, isDirectory: false)
        } catch {
            segment.isSuspect = true
            throw .sync(error)
        }
        segment.syncedSize += lines.count
        synced = chain
        syncedTree = tree
        lines.removeAll(keepingCapacity: true)
    }

    /// Drops what is not durable and truncates the file; a file that refuses is not written to again.
    mutating func rollBack() {
        chain = synced
        tree = syncedTree
        lines.removeAll(keepingCapacity: true)
        guard !segment.isSuspect else { return }
        do {
            try files.truncate(segment.descriptor, to: segment.syncedSize)
        } catch {
            segment.isSuspect = true
        }
    }

    /// Continues in a new file. Pending lines must have been committed or rolled back. On failure the old file stays the current one.
    mutating func replaceSegment(_ reason: LinkReason, now: UInt64) throws(Failure) {
        var link = AuditRecord(.auditRotated, detail: ["reason": .string(reason.rawValue)])
        link.target = AuditTarget(reference: segment.name.text)
        let isEmpty = segment.syncedSize == 0
        do throws(FileError) {
            if segment.isSuspect {
                // Its tail may hold lines that come again in the new file. Whether they could be cut off is said in the link.
                var isCut = true
                do { try files.truncate(segment.descriptor, to: segment.syncedSize) } catch { isCut = false }
                link.detail.append("cut", .bool(isCut))
            }
            if isEmpty {
                // Nothing of it was ever acknowledged, and the new file has the same first number.
                link = segment.link ?? link
                do { try files.remove(segment.path) } catch { guard error.number == ErrorNumber.missing else { throw error } }
            }
            let next = try Segment.create(
                SegmentName(firstSeq: synced.seq &+ 1), in: directory, files: files, now: now, link: link
            )
            files.close(segment.descriptor)
            segment = next
        } catch {
            throw .write(error)
        }
    }

    /// Whether the file at the segment's path is still the one that is written, and as long as it must be.
    func isIntact() -> Bool {
        guard let there = try? files.status(at: segment.path), let open = try? files.status(of: segment.descriptor) else { return false }
        return there.inode == segment.inode && open.size >= segment.syncedSize
    }

    func close() {
        files.close(segment.descriptor)
        files.close(directory.descriptor)
    }

    private mutating func linkIfEmpty(wall: Int64, mono: UInt64) throws(Failure) {
        guard segment.syncedSize == 0, lines.isEmpty, var link = segment.link else { return }
        for pair in SegmentLink.detail(after: chain).pairs { link.detail.append(pair.key, pair.value) }
        var body: [UInt8] = []
        encoder.append(link, level: .metadata, wall: wall, mono: mono, to: &body)
        try appendLine(body.span)
    }

    /// Adds the line at the end of `lines` to the tree, its LF not included.
    private static func grow(_ tree: inout MerkleFrontier?, _ lines: [UInt8], from start: Int, _ hasher: inout SHA256) throws(AuditError) {
        try tree?.append(lines.span.extracting(start..<lines.count - 1), hasher: &hasher)
    }

    private mutating func appendLine(_ body: Span<UInt8>) throws(Failure) {
        do throws(AuditError) {
            let start = lines.count
            try RecordLine.append(body: body, chain: &chain, hasher: &hasher, to: &lines)
            try Self.grow(&tree, lines, from: start, &hasher)
        } catch {
            throw .crypto(error)
        }
    }
}
