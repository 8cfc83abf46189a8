/// The file that is written now.
struct Segment {
    let name: SegmentName
    let path: String
    let descriptor: Int32
    let inode: UInt64
    /// Bytes that are durable.
    var syncedSize: Int
    /// When it was opened, on the monotonic clock.
    let openedAt: UInt64
    /// Set when a sync of its descriptor failed: nothing more is written to it (AUD-11).
    var isSuspect = false
    /// The record with which an empty segment begins; it gets the link to the file before (AUD-21).
    var link: AuditRecord?

    /// Makes a new file and its name durable.
    static func create(
        _ name: SegmentName, in directory: LogDirectory, files: any AuditFileSystem, now: UInt64, link: AuditRecord
    ) throws(FileError) -> Segment {
        let path = directory.path(name.text)
        let descriptor = try files.open(path, as: .create)
        do {
            try files.sync(directory.descriptor, isDirectory: true)
            let status = try files.status(of: descriptor)
            return Segment(
                name: name, path: path, descriptor: descriptor, inode: status.inode, syncedSize: 0, openedAt: now, link: link
            )
        } catch {
            files.close(descriptor)
            // The name is free again for the next try; were this to fail too, that try would meet EEXIST and report it.
            try? files.remove(path)
            throw error
        }
    }
}

/// The locked directory of a log.
struct LogDirectory: Sendable {
    let root: String
    let descriptor: Int32

    func path(_ name: String) -> String { root + "/" + name }
}
