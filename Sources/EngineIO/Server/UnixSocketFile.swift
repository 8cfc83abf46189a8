#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The file of a listening Unix domain socket, for its owner and group. It is made in a directory that nobody else can look into, and moved
/// into place with its rights: there is no moment in which others may connect.
struct UnixSocketFile: Sendable {
    let path: String
    private var directory: String { path + ".new" }
    var preparedPath: String { directory + "/s" }

    /// Makes the directory, unless another server listens at the path. The remains of a killed server do not matter.
    func prepare() throws {
        var status = stat()
        if unsafe lstat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFSOCK else { throw EngineServerError.notASocket }
            guard !Self.isAnswered(path) else { throw EngineServerError.socketInUse }
        }
        clear()
        guard unsafe mkdir(directory, 0o700) == 0 else { throw Failure("cannot make \(directory)", errno) }
    }

    /// Moves the socket that was bound to ``preparedPath`` into place.
    func publish() throws {
        defer { clear() }
        guard unsafe chmod(preparedPath, 0o660) == 0, unsafe rename(preparedPath, path) == 0 else {
            throw Failure("cannot move the socket to \(path)", errno)
        }
    }

    func remove() { _ = unsafe unlink(path) }

    private func clear() {
        _ = unsafe unlink(preparedPath)
        _ = unsafe rmdir(directory)
    }

    /// Whether a server accepts connections there.
    private static func isAnswered(_ path: String) -> Bool {
        #if canImport(Darwin)
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #else
            let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        #endif
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < room else { return false }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(descriptor, $0, size) == 0 }
        }
    }

    /// Why there is no socket.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ what: String, _ code: CInt) {
            description = "\(what): \(unsafe String(cString: strerror(code)))"
        }
    }
}
