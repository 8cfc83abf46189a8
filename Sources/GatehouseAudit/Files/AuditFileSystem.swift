package import GatehouseFiles

/// The file operations of the log: the one seam through which tests inject faults.
///
/// Every call is one system call (or a short loop over one), may block, and is made on the writer thread or while the log opens.
package protocol AuditFileSystem: Sendable {
    /// Makes the directory 0750 when it is absent; its parents too.
    func makeDirectory(_ path: String) throws(FileError)
    func openDirectory(_ path: String) throws(FileError) -> Int32
    /// `flock`, exclusive, without waiting. `EWOULDBLOCK` when another holds it.
    func lock(_ descriptor: Int32) throws(FileError)
    func names(in path: String) throws(FileError) -> [String]
    func open(_ path: String, as mode: FileMode) throws(FileError) -> Int32
    /// One `write`: may take fewer bytes than it was given.
    func write(_ descriptor: Int32, _ bytes: Span<UInt8>) throws(FileError) -> Int
    /// One `pread`: may give fewer bytes than were asked for; none at the end.
    func read(_ descriptor: Int32, at offset: Int, count: Int) throws(FileError) -> [UInt8]
    /// `fdatasync` of a file, `fsync` of a directory.
    func sync(_ descriptor: Int32, isDirectory: Bool) throws(FileError)
    func truncate(_ descriptor: Int32, to size: Int) throws(FileError)
    func status(of descriptor: Int32) throws(FileError) -> FileStatus
    func status(at path: String) throws(FileError) -> FileStatus
    /// The findings about who else could change the target of a path.
    func findings(at path: String, as use: PathUse) -> [TrustFinding]
    func remove(_ path: String) throws(FileError)
    func rename(_ path: String, to new: String) throws(FileError)
    /// Gives a file a second name; `EEXIST` when that is taken.
    func link(_ path: String, to new: String) throws(FileError)
    /// Makes blocks for `size` bytes, so that a later write cannot fail for want of them.
    func allocate(_ descriptor: Int32, size: Int) throws(FileError)
    /// Free and total bytes of the volume.
    func space(at path: String) throws(FileError) -> (free: UInt64, total: UInt64)
    func close(_ descriptor: Int32)
}

/// How a file is opened. None follows a symbolic link at the end of the path or is inherited by a child process.
package enum FileMode: Sendable {
    case read
    /// An existing file, for `O_APPEND`.
    case append
    /// A new file (0640), for `O_APPEND`; `EEXIST` when it is there.
    case create
    /// A new file for its owner alone (0600); `EEXIST` when it is there.
    case createSecret
}

package struct FileStatus: Sendable, Equatable {
    package var size: Int
    package var inode: UInt64
    package var permissions: UInt32
    package var links: UInt64

    package init(size: Int, inode: UInt64, permissions: UInt32, links: UInt64) {
        self.size = size
        self.inode = inode
        self.permissions = permissions
        self.links = links
    }
}

/// A file operation that failed, with the system's number for why.
package struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
    package let operation: String
    package let path: String
    package let number: Int32

    package init(operation: String, path: String, number: Int32) {
        self.operation = operation
        self.path = path
        self.number = number
    }

    package var description: String {
        "\(operation)\(path.isEmpty ? "" : " \(path)"): \(ErrorNumber.text(number))"
    }
}
