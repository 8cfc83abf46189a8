package import GatehouseFiles

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The real file system. Calls that the system interrupted are made again (AUD-12).
package struct SystemFiles: AuditFileSystem {
    package init() {}

    package func makeDirectory(_ path: String) throws(FileError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += (made.isEmpty || made == "/" ? "" : "/") + part
            if unsafe mkdir(made, 0o750) != 0, errno != EEXIST { throw failure("mkdir", made) }
        }
    }

    package func openDirectory(_ path: String) throws(FileError) -> Int32 {
        try checked("open", path) { systemOpen(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW, 0) }
    }

    package func lock(_ descriptor: Int32) throws(FileError) {
        _ = try checked("flock", "") { flock(descriptor, LOCK_EX | LOCK_NB) }
    }

    package func names(in path: String) throws(FileError) -> [String] {
        guard let directory = unsafe opendir(path) else { throw failure("opendir", path) }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        errno = 0
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw failure("readdir", path) }
        return names
    }

    package func open(_ path: String, as mode: FileMode) throws(FileError) -> Int32 {
        let always = O_CLOEXEC | O_NOFOLLOW
        let (flags, permissions): (Int32, mode_t) =
            switch mode {
            case .read: (always | O_RDONLY, 0)
            case .append: (always | O_RDWR | O_APPEND, 0)
            case .create: (always | O_RDWR | O_APPEND | O_CREAT | O_EXCL, 0o640)
            case .createSecret: (always | O_RDWR | O_CREAT | O_EXCL, 0o600)
            }
        return try checked("open", path) { systemOpen(path, flags, permissions) }
    }

    package func write(_ descriptor: Int32, _ bytes: Span<UInt8>) throws(FileError) -> Int {
        try checked("write", "") { unsafe bytes.withUnsafeBytes { buffer in unsafe systemWrite(descriptor, buffer) } }
    }

    package func read(_ descriptor: Int32, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        var failed: FileError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var got: Int
            repeat { got = unsafe pread(descriptor, buffer.baseAddress, count, off_t(offset)) } while got < 0 && errno == EINTR
            if got < 0 { failed = failure("read", "") }
            filled = max(got, 0)
        }
        if let failed { throw failed }
        return bytes
    }

    package func sync(_ descriptor: Int32, isDirectory: Bool) throws(FileError) {
        #if canImport(Glibc)
            _ = try checked(isDirectory ? "fsync" : "fdatasync", "") { isDirectory ? fsync(descriptor) : fdatasync(descriptor) }
        #else
            _ = try checked("fsync", "") { isDirectory ? fsync(descriptor) : fcntl(descriptor, F_FULLFSYNC) }
        #endif
    }

    package func truncate(_ descriptor: Int32, to size: Int) throws(FileError) {
        _ = try checked("ftruncate", "") { ftruncate(descriptor, off_t(size)) }
    }

    package func status(of descriptor: Int32) throws(FileError) -> FileStatus {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure("fstat", "") }
        return FileStatus(status)
    }

    package func status(at path: String) throws(FileError) -> FileStatus {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw failure("stat", path) }
        return FileStatus(status)
    }

    package func findings(at path: String, as use: PathUse) -> [TrustFinding] { TrustedFiles().findings(path, as: use) }

    package func remove(_ path: String) throws(FileError) {
        guard unsafe unlink(path) == 0 else { throw failure("unlink", path) }
    }

    package func rename(_ path: String, to new: String) throws(FileError) {
        guard systemRename(path, new) == 0 else { throw failure("rename", path) }
    }

    package func link(_ path: String, to new: String) throws(FileError) {
        guard systemLink(path, new) == 0 else { throw failure("link", new) }
    }

    package func allocate(_ descriptor: Int32, size: Int) throws(FileError) {
        #if canImport(Glibc)
            var number: Int32
            repeat { number = posix_fallocate(descriptor, 0, off_t(size)) } while number == EINTR
            guard number == 0 else { throw FileError(operation: "fallocate", path: "", number: number) }
        #else
            let zeros = [UInt8](repeating: 0, count: size)
            var rest = zeros.span
            while rest.count > 0 { rest = rest.extracting(droppingFirst: try write(descriptor, rest)) }
        #endif
    }

    package func space(at path: String) throws(FileError) -> (free: UInt64, total: UInt64) {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { throw failure("statvfs", path) }
        let block = UInt64(status.f_frsize)
        return (UInt64(status.f_bavail) &* block, UInt64(status.f_blocks) &* block)
    }

    package func close(_ descriptor: Int32) {
        // The result does not matter: durable data was synced before, and Linux frees the descriptor even on EINTR.
        _ = systemClose(descriptor)
    }

    private func failure(_ operation: String, _ path: String) -> FileError {
        FileError(operation: operation, path: path, number: errno)
    }

    private func checked<Result: BinaryInteger>(_ operation: String, _ path: String, _ call: () -> Result) throws(FileError) -> Result {
        while true {
            let result = call()
            if result >= 0 { return result }
            if errno != EINTR { throw failure(operation, path) }
        }
    }
}

extension FileStatus {
    init(_ status: stat) {
        self.init(
            size: Int(clamping: status.st_size), inode: UInt64(status.st_ino), permissions: UInt32(status.st_mode) & 0o7777,
            links: UInt64(status.st_nlink)
        )
    }
}

// The methods above hide the system's functions of the same name; these reach them.
private func systemOpen(_ path: String, _ flags: Int32, _ permissions: mode_t) -> Int32 { unsafe open(path, flags, permissions) }
private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
    unsafe write(descriptor, buffer.baseAddress, buffer.count)
}
private func systemRename(_ path: String, _ new: String) -> Int32 { unsafe rename(path, new) }
private func systemLink(_ path: String, _ new: String) -> Int32 { unsafe link(path, new) }
private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
