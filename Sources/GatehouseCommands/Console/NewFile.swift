import Gatehouse

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes a file that is not there yet.
enum NewFile {
    /// Everybody may read it, and its owner write it.
    static func write(_ text: String, to path: String) throws(CommandFailure) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        guard Console.write(text, to: descriptor) else {
            let failed = failure(path)
            close(descriptor)
            throw failed
        }
        guard close(descriptor) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure(.badFiles, "\(path) cannot be written: \(Console.reason(errno))")
    }
}
