#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Reads a key file whole, and knows who else may read or change it. The permissions are those of the open file, not of a path looked up
/// a second time.
package struct KeyFile: Sendable {
    /// The largest key file.
    package static let maximumBytes = 256 * 1024

    package let path: String
    /// The contents, wiped when released, since any key file may turn out to hold a secret.
    package let contents: SecretBytes
    private let mode: UInt32

    package init(path: String) throws(TokenKeyError) {
        // Non-blocking, so that a FIFO put in the file's place cannot hang the start.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.unreadable(path, "cannot be opened (\(Self.errorText()))") }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw Self.unreadable(path, "cannot be examined (\(Self.errorText()))") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Self.unreadable(path, "is not a regular file") }
        guard (1...Self.maximumBytes).contains(Int(status.st_size)) else {
            throw Self.unreadable(path, "is empty or larger than \(Self.maximumBytes / 1024) KiB")
        }
        guard status.st_mode & 0o022 == 0 else {
            throw TokenKeyError(.filePermissions, "\(path) can be changed by others: chmod go-w \(path)")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        defer { for index in bytes.indices { bytes[index] = 0 } }
        var filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe read(descriptor, $0.baseAddress?.advanced(by: filled), $0.count &- filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.unreadable(path, "changed while it was read") }
            filled &+= count
        }
        guard let contents = SecretBytes(bytes) else { throw Self.unreadable(path, "cannot be held in memory") }
        self.path = path
        self.contents = contents
        mode = UInt32(status.st_mode)
    }

    /// Refuses a file with a secret in it that anyone but its owner, or its owner's group, may read (SEC-33).
    func requirePrivate() throws(TokenKeyError) {
        guard mode & 0o007 == 0 else {
            throw TokenKeyError(.filePermissions, "\(path) holds a secret and can be read by everyone: chmod 600 \(path)")
        }
    }

    private static func unreadable(_ path: String, _ what: String) -> TokenKeyError {
        TokenKeyError(.fileUnreadable, "\(path) \(what)")
    }

    private static func errorText() -> String { unsafe String(cString: strerror(errno)) }
}
