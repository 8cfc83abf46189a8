#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Makes directories for what only their owner should change.
enum Directory {
    /// Makes a directory unless it is there.
    static func make(_ path: String, mode: mode_t, orElse status: ExitStatus) throws(CommandFailure) {
        if unsafe mkdir(path, mode) == 0 || errno == EEXIST { return }
        throw CommandFailure(status, "the directory \(path) cannot be made: \(Console.reason(errno))")
    }
}
