#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The state of a policy directory from outside: names, inodes, sizes, times and owners of its files, and of those in `tests/`. Equal until
/// somebody writes there.
struct DirectoryFingerprint: Equatable, Sendable {
    private struct File: Equatable, Sendable {
        let name: String
        let inode: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int
        let mode: UInt32
        let owner: UInt32
        let group: UInt32
    }

    private let files: [File]

    /// `nil` if the directory cannot be read now; its files may be unchanged.
    init?(of directory: String) {
        guard let own = Self.files(directory, "") else { return nil }
        files = (own + (Self.files(directory + "/tests", "tests/") ?? [])).sorted { $0.name < $1.name }
    }

    private static func files(_ path: String, _ prefix: String) -> [File]? {
        guard let directory = unsafe opendir(path) else { return nil }
        defer { unsafe closedir(directory) }
        var found: [File] = []
        while let entry = unsafe readdir(directory), found.count < 4_096 {
            var field = unsafe entry.pointee.d_name
            let name = unsafe withUnsafeBytes(of: &field) { raw in unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self) }
            // The directory itself too: its writers decide whether its files are trusted.
            guard name == "." || name.hasSuffix(".yaml") || name.hasSuffix(".yml") else { continue }
            var status = stat()
            guard unsafe fstatat(dirfd(directory), name, &status, 0) == 0 else { continue }
            // A directory's size and time change with unrelated files.
            let isOwn = name == "."
            found.append(
                File(
                    name: prefix + name, inode: UInt64(status.st_ino), size: isOwn ? 0 : Int64(status.st_size),
                    seconds: isOwn ? 0 : status.st_mtim.tv_sec, nanoseconds: isOwn ? 0 : status.st_mtim.tv_nsec,
                    mode: UInt32(status.st_mode), owner: UInt32(status.st_uid), group: UInt32(status.st_gid)))
        }
        return found
    }
}
