/// Whether a log and its companion files exist, before any of them is opened or made.
extension AuditLog {
    /// Whether nothing was ever recorded in a directory: there is neither a file of a log nor a checkpoint of one.
    package static func isFresh(in directory: String, files: any AuditFileSystem = SystemFiles()) throws(AuditError) -> Bool {
        do throws(FileError) {
            guard try files.names(in: directory).allSatisfy({ SegmentName($0) == nil }) else { return false }
            return try CheckpointFile(directory: directory, files: files).size == 0
        } catch {
            guard error.number == ErrorNumber.missing else {
                throw AuditError(.io, "the audit directory \(directory) cannot be used", cause: error)
            }
            return true
        }
    }

    /// The checkpoints of the log in a directory.
    package static func checkpoints(in directory: String) -> String { directory + "/" + Checkpointer.fileName }

    /// Whether there is a file at a path.
    package static func isThere(_ path: String, files: any AuditFileSystem = SystemFiles()) throws(AuditError) -> Bool {
        do throws(FileError) {
            _ = try files.status(at: path)
            return true
        } catch {
            guard error.number == ErrorNumber.missing else { throw AuditError(.io, "\(path) cannot be reached", cause: error) }
            return false
        }
    }
}
