internal import NIOConcurrencyHelpers

/// The second sink of checkpoints (AUD-23): a file on another volume, or the standard output, from where a collector takes them off the host.
package final class CheckpointSink: Sendable {
    private enum Target {
        case file(NoteFile)
        case standardOutput
    }

    private let files: any AuditFileSystem
    private let target: NIOLockedValueBox<Target>
    private let failed: @Sendable (AuditError) -> Void

    /// Appends to a file, which is made (0640) when it is absent.
    /// - Parameter failed: called on the writer thread for a note that could not be written. The next one covers it.
    package init(
        file path: String, files: any AuditFileSystem = SystemFiles(), failed: @escaping @Sendable (AuditError) -> Void
    ) throws(AuditError) {
        do throws(FileError) {
            target = NIOLockedValueBox(.file(try NoteFile(path: path, files: files)))
        } catch {
            throw AuditError(.io, "checkpoints cannot be written to \(path)", cause: error)
        }
        self.files = files
        self.failed = failed
    }

    /// Writes to the standard output.
    package init(failed: @escaping @Sendable (AuditError) -> Void) {
        target = NIOLockedValueBox(.standardOutput)
        files = SystemFiles()
        self.failed = failed
    }

    package func take(_ note: String) {
        let problem = target.withLockedValue { target -> FileError? in
            do throws(FileError) {
                switch target {
                case .standardOutput: try files.writeAll(1, Array(note.utf8).span)
                case .file(var file):
                    defer { target = .file(file) }
                    try file.append(note)
                }
                return nil
            } catch {
                return error
            }
        }
        if let problem { failed(AuditError(.io, "a checkpoint could not be written to the second sink", cause: problem)) }
    }

    deinit {
        if case .file(let file) = target.withLockedValue({ $0 }) { file.close() }
    }
}
