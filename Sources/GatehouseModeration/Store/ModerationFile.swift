import GatehouseFiles

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The database file: created whole or not at all, and checked before it is opened.
struct ModerationFile {
    let path: String

    /// The trusted paths of the store. SQLite reads its log by name, so the whole directory counts.
    var trustedPaths: [TrustedPath] {
        [TrustedPath(TrustedPath.directory(of: path), as: .directory)]
            + ["", "-wal", "-shm", "-journal"].map { TrustedPath(path + $0, as: .secret) }
    }

    /// Whether the file exists and may be opened. A missing file is a first start, unless its log exists.
    func isThere() throws(ModerationStoreError) -> Bool {
        // Judged by owners and modes: the system would allow a superuser anything.
        let findings = TrustedFiles().findings(trustedPaths)
        guard findings.isEmpty else { throw ModerationStoreError(.file, findings.text) }
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
        guard status.st_size > 0 else {
            throw ModerationStoreError(.damaged, "\(path) is empty: bring it back from a backup, or remove it")
        }
        return true
    }

    /// Which file it is now; `nil` if it cannot be examined.
    var identity: OpenedPath.Identity? { try? TrustedFiles().identity(of: path) }

    /// Creates the file under another name and renames it when it is complete, so that an interrupted start leaves no file that looks
    /// empty.
    func make(_ fill: (String) throws -> Void) throws {
        let draft = path + ".new"
        for name in [draft, draft + "-journal"] { unsafe unlink(name) }
        let descriptor = unsafe open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("be made") }
        defer { closeDescriptor(descriptor) }
        // The file is new and ours, so its mode can be set again, past the umask, without a race.
        guard fchmod(descriptor, 0o600) == 0 else { throw failure("be given its mode") }
        try fill(draft)
        // A link does not replace a file that appeared meanwhile.
        guard fsync(descriptor) == 0, unsafe link(draft, path) == 0 else { throw failure("be made") }
        unsafe unlink(draft)
        try syncDirectory()
    }

    /// Takes over a file that `fill` makes whole under another name.
    func adopt(_ draft: String, _ fill: () async throws -> Void) async throws {
        for name in [draft, draft + "-journal", draft + "-wal", draft + "-shm"] { unsafe unlink(name) }
        let descriptor = unsafe open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("be made") }
        defer {
            closeDescriptor(descriptor)
            unsafe unlink(draft)
        }
        guard fchmod(descriptor, 0o600) == 0 else { throw failure("be given its mode") }
        try await fill()
        // A link does not replace a file that appeared meanwhile.
        guard fsync(descriptor) == 0, unsafe link(draft, path) == 0 else { throw failure("be made") }
        try syncDirectory()
    }

    private func syncDirectory() throws(ModerationStoreError) {
        let directory = TrustedPath.directory(of: path)
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
