/// `audit.checkpoints` as it is read back.
struct CheckpointFile {
    let checkpoints: [SignedCheckpoint]
    /// Notes that cannot be read.
    let broken: Int
    /// Bytes of whole notes; the rest is a torn one.
    let wholeSize: Int
    let size: Int

    /// Those of the log in a directory.
    init(directory: String, files: any AuditFileSystem) throws(FileError) {
        try self.init(path: directory + "/" + Checkpointer.fileName, files: files)
    }

    /// An absent file holds nothing.
    init(path: String, files: any AuditFileSystem) throws(FileError) {
        var bytes: [UInt8] = []
        do throws(FileError) {
            let descriptor = try files.open(path, as: .read)
            defer { files.close(descriptor) }
            while true {
                let more = try files.read(descriptor, at: bytes.count, count: 1 << 20)
                if more.isEmpty { break }
                bytes.append(contentsOf: more)
            }
        } catch {
            guard error.number == ErrorNumber.missing else { throw error }
        }
        let read = SignedCheckpoint.read(String(decoding: bytes, as: UTF8.self))
        checkpoints = read.checkpoints
        broken = read.broken
        size = bytes.count
        wholeSize = max(0, bytes.count - read.rest.utf8.count)
    }
}
