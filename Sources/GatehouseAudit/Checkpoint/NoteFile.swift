/// A file to which whole signed notes are appended, the one beside the log or one elsewhere.
///
/// A partial note, as a full volume leaves it, is cut off before the next one: it would look like a forged one.
struct NoteFile: Sendable {
    private let files: any AuditFileSystem
    private let descriptor: Int32
    /// Bytes of whole notes.
    private var size: Int
    private var isTorn = false

    /// Opens the file, or makes it (0640). Removes the remains of an earlier process after the last whole note.
    init(path: String, files: any AuditFileSystem) throws(FileError) {
        let isNew = (try? files.status(at: path)) == nil
        let found = isNew ? nil : try CheckpointFile(path: path, files: files)
        let opened = try files.open(path, as: isNew ? .create : .append)
        do throws(FileError) {
            if let found, found.wholeSize < found.size { try files.truncate(opened, to: found.wholeSize) }
        } catch {
            files.close(opened)
            throw error
        }
        self.files = files
        descriptor = opened
        size = found?.wholeSize ?? 0
    }

    mutating func append(_ note: String) throws(FileError) {
        if isTorn { try files.truncate(descriptor, to: size) }
        let bytes = Array(note.utf8)
        isTorn = true
        do throws(FileError) {
            try files.writeAll(descriptor, bytes.span)
            size += bytes.count
            isTorn = false
        } catch {
            if (try? files.truncate(descriptor, to: size)) != nil { isTorn = false }
            throw error
        }
    }

    func close() { files.close(descriptor) }
}
