#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Writes files that must not exist yet.
enum NewFile {
    static func requireAbsent(_ path: String) throws(TokenKeyError) {
        var status = stat()
        // lstat: a link to nowhere is something that is there, too.
        guard unsafe lstat(path, &status) != 0 else {
            throw TokenKeyError(.fileExists, "\(path) is there already and is not overwritten: move it away first")
        }
    }

    static func write(_ bytes: UnsafeBufferPointer<UInt8>, to path: String, mode: mode_t) throws(TokenKeyError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure(path, "be created") }
        defer { close(descriptor) }
        // The file is new and ours, so its mode can be set again, past the umask, without a race.
        guard fchmod(descriptor, mode) == 0 else { throw failure(path, "be given its mode") }
        var written = 0
        while written < bytes.count {
            let count = unsafe Self.write(descriptor, bytes, from: written)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = failure(path, "be written")
                remove(path)
                throw error
            }
            written &+= count
        }
    }

    static func remove(_ path: String) { unsafe unlink(path) }

    private static func write(_ descriptor: Int32, _ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        #if canImport(Glibc)
            unsafe Glibc.write(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count &- start)
        #else
            unsafe Darwin.write(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count &- start)
        #endif
    }

    private static func failure(_ path: String, _ what: String) -> TokenKeyError {
        let reason = unsafe String(cString: strerror(errno))
        return errno == EEXIST
            ? TokenKeyError(.fileExists, "\(path) is there already and is not overwritten: move it away first")
            : TokenKeyError(.fileUnreadable, "\(path) cannot \(what) (\(reason))")
    }
}
