/// The second sink of checkpoints, and the key that signs them.
package struct AuditCheckpoints: Sendable {
    package var key: AuditSigningKey
    /// A checkpoint comes after so many records …
    package var records: UInt64 = 1_000
    /// … or after this time, when there was a record at all.
    package var interval: Duration = .seconds(10)
    /// The second sink: gets each signed note, on the writer thread. Off the host is best (AUD-26).
    package var secondSink: (@Sendable (String) -> Void)?

    package init(key: AuditSigningKey, secondSink: (@Sendable (String) -> Void)? = nil) {
        self.key = key
        self.secondSink = secondSink
    }
}

/// Decides when a checkpoint is due and appends it to `audit.checkpoints` (AUD-23).
///
/// The file is not synced: the durable log has the same facts, and the second sink has the notes too.
struct Checkpointer: ~Copyable {
    static let fileName = "audit.checkpoints"

    let settings: AuditCheckpoints
    private var file: NoteFile
    private var hasher: SHA256
    /// The records that the last checkpoint covers.
    private(set) var covered: UInt64
    private(set) var nextAt: UInt64
    private(set) var failures: UInt64 = 0

    init(_ settings: AuditCheckpoints, directory: LogDirectory, covered: UInt64, now: UInt64, files: any AuditFileSystem) throws(AuditError)
    {
        let hasher = try SHA256()
        let path = directory.path(Self.fileName)
        let file: NoteFile
        do throws(FileError) {
            file = try NoteFile(path: path, files: files)
        } catch {
            throw AuditError(.io, "\(path) cannot be opened", cause: error)
        }
        self.settings = settings
        self.file = file
        self.hasher = hasher
        self.covered = covered
        nextAt = now &+ settings.interval.nanoseconds
    }

    /// The note if one is due (or `isForced`) and there are new records.
    mutating func checkpoint(_ frontier: MerkleFrontier, now: UInt64, isForced: Bool) -> String? {
        guard frontier.size > covered else {
            if now >= nextAt { nextAt = now &+ settings.interval.nanoseconds }
            return nil
        }
        guard isForced || frontier.size - covered >= settings.records || now >= nextAt else { return nil }
        nextAt = now &+ settings.interval.nanoseconds
        do {
            let note = try SignedCheckpoint.make(frontier, key: settings.key, hasher: &hasher).note
            try file.append(note)
            covered = frontier.size
            return note
        } catch {
            // The log itself is whole, and the next checkpoint covers this one. The heartbeat counts such failures.
            failures &+= 1
            return nil
        }
    }

    func close() { file.close() }
}
