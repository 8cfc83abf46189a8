#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Replaces a file as a whole: a reader gets the old text or the new one, also after a crash.
enum AtomicFile {
    /// Writes beside the file and renames over it. Owner rights, and those of a link's target, stay as they are.
    static func replace(_ path: String, with text: String) throws(CommandFailure) {
        func failure(_ what: String) -> CommandFailure {
            CommandFailure(.badFiles, "\(path) cannot be \(what): \(Console.reason(errno))")
        }
        guard let target = Directory.resolved(path) else { throw failure("found") }
        var status = stat()
        guard unsafe lstat(target, &status) == 0 else { throw failure("read") }
        let slash = target.utf8.lastIndex(of: UInt8(ascii: "/")).map { target.index(after: $0) } ?? target.startIndex
        // The name begins with a dot, so that no loader takes it for a policy.
        let name = "\(target[..<slash]).\(target[slash...]).\(getpid())"
        let descriptor = unsafe open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("replaced") }
        var isDone = fchmod(descriptor, status.st_mode & 0o7777) == 0 && Console.write(text, to: descriptor) && fsync(descriptor) == 0
        let reason = errno
        isDone = close(descriptor) == 0 && isDone
        guard isDone, unsafe rename(name, target) == 0 else {
            if !isDone { errno = reason }
            let failed = failure("written")
            _ = unsafe unlink(name)
            throw failed
        }
        let directory = unsafe open(String(target[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return }
        _ = fsync(directory)
        close(directory)
    }
}
