#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Makes directories that only their owner can change.
enum Directory {
    /// Whether there is a directory, or a link to one.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The absolute path without links; nil if there is nothing.
    static func resolved(_ path: String) -> String? {
        guard let text = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    /// Makes a directory unless it is there.
    static func make(_ path: String, mode: mode_t, orElse status: ExitStatus) throws(CommandFailure) {
        if unsafe mkdir(path, mode) == 0 || errno == EEXIST { return }
        throw CommandFailure(status, "the directory \(path) cannot be made: \(Console.reason(errno))")
    }
}
