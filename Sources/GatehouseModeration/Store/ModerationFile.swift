#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The database file: made whole or not at all, and looked at before it is opened.
struct ModerationFile {
    let path: String

    /// Whether the file is there and may be opened. That it is missing is a first start, unless its log lies there without it.
    func isThere() throws(ModerationStoreError) -> Bool {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw failure("be reached") }
            guard unsafe lstat(path + "-wal", &status) != 0 else {
                throw ModerationStoreError(
                    .damaged, "\(path)-wal is there and \(path), which it belongs to, is not: bring back both from a backup")
            }
            return false
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ModerationStoreError(.file, "\(path) is not a regular file") }
        // Asked of the mode and not of the system, which lets a superuser do anything.
        guard status.st_mode & 0o777 == 0o600 else {
            throw ModerationStoreError(
                .file, "\(path) has the mode \(String(status.st_mode & 0o777, radix: 8)), which must be 600: run chmod 600 on it")
        }
        guard status.st_size > 0 else {
            throw ModerationStoreError(.damaged, "\(path) is empty: bring it back from a backup, or remove it")
        }
        return true
    }

    /// Makes the file under another name, has it filled, and gives it its own name when it is complete: a start that was cut off leaves no
    /// file that looks empty.
    func make(_ fill: (String) throws -> Void) throws {
        let draft = path + ".new"
        for name in [draft, draft + "-journal"] { unsafe unlink(name) }
        let descriptor = unsafe open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("be made") }
        defer { closeDescriptor(descriptor) }
        // The file is new and ours, so the umask's say can be taken back without a race.
        guard fchmod(descriptor, 0o600) == 0 else { throw failure("be given its mode") }
        try fill(draft)
        // A link does not replace what somebody else has put there meanwhile.
        guard fsync(descriptor) == 0, unsafe link(draft, path) == 0 else { throw failure("be made") }
        unsafe unlink(draft)
        try syncDirectory()
    }

    private func syncDirectory() throws(ModerationStoreError) {
        let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("be made durable") }
        defer { closeDescriptor(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("be made durable") }
    }

    private func failure(_ what: String) -> ModerationStoreError {
        let reason = unsafe String(cString: strerror(errno))
        return ModerationStoreError(.file, "\(path) cannot \(what): \(reason)")
    }
}

private func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }
