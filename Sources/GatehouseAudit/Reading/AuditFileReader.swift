/// Reads the records of one file in order, whatever its name is: a copy of a log, or a part of one. Not for event loops: it reads files.
package struct AuditFileReader: ~Copyable {
    private let path: String
    private var source: LineSource
    private var line = 0

    /// Throws `audit_io` when the file cannot be read. Symbolic links are not followed.
    package init(_ path: String, files: any AuditFileSystem = SystemFiles()) throws(AuditError) {
        self.path = path
        do throws(FileError) {
            source = try LineSource(path, files: files)
        } catch {
            throw AuditError(.io, "\(path) cannot be read", cause: error)
        }
    }

    /// The next record; `nil` at the end. An unfinished last line is none.
    ///
    /// Throws `audit_broken` for a line that is not a record; the next call then goes on behind it.
    package mutating func next() throws(AuditError) -> AuditEntry? {
        line += 1
        do throws(FileError) {
            switch try source.next() {
            case .end, .torn: return nil
            case .tooLong: break
            case .line(let range):
                if let entry = AuditEntry(Array(source.buffer[range])) { return entry }
            }
        } catch {
            throw AuditError(.io, "\(path) cannot be read beyond line \(line)", cause: error)
        }
        throw AuditError(.broken, "\(path):\(line): not a record")
    }
}
