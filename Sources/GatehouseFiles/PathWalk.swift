internal import CFileAttributes

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Follows a path from the root, one name at a time. Each name is looked up in the directory that was opened before it, and each component
/// is examined through its own descriptor: a swap meanwhile does not affect the components that were already passed.
struct PathWalk {
    /// The opened target of a path, with all components on the way.
    struct Outcome: ~Copyable {
        let descriptor: Descriptor
        let components: [PathComponent]
        let identity: OpenedPath.Identity
    }

    /// As many links as Linux follows, and more names than a path has.
    private static let maximumLinks = 40
    private static let maximumNames = 512

    /// The components so far; also of a failed walk.
    private(set) var components: [PathComponent] = []
    /// The places in `components` of the directories from the root down to the present one.
    private var depth: [Int] = []
    private(set) var links = 0

    /// - Parameters:
    ///   - path: relative to the working directory unless absolute.
    ///   - flags: how to open what it leads to; `nil`: only to examine it.
    mutating func open(_ path: String, _ flags: Int32?) throws(PathError) -> Outcome {
        guard path.utf8.count <= Int(PATH_MAX), !path.utf8.contains(0) else { throw PathError(ENAMETOOLONG, path) }
        var pending: [Substring] = path.split(separator: "/").reversed()
        if !path.hasPrefix("/") { pending += try Self.workingDirectory().split(separator: "/").reversed() }
        var directory = try root()
        var names = 0
        while let name = pending.popLast() {
            names += 1
            guard names <= Self.maximumNames else { throw PathError(ELOOP, path) }
            if name == "." { continue }
            if name == ".." {
                directory = try parent(of: directory)
                continue
            }
            let entry = try enter(String(name), in: directory)
            let isLast = pending.allSatisfy { $0 == "." }
            if components.last?.kind == .link {
                let target = try target(of: entry)
                pending += target.split(separator: "/").reversed()
                if target.hasPrefix("/") { directory = try root() }
            } else if isLast {
                return try finish(String(name), entry, in: directory, flags)
            } else {
                guard components.last?.kind == .directory else { throw PathError(ENOTDIR, here(String(name))) }
                depth.append(components.count - 1)
                directory = entry
            }
        }
        // The path ends with the root or with `..`: its last directory is what it leads to.
        if let place = depth.last { components.append(components[place]) }
        return try finish(".", nil, in: directory, flags)
    }

    // MARK: Steps

    private mutating func root() throws(PathError) -> Descriptor {
        let descriptor = try Self.opened("/", Self.examining | O_DIRECTORY, in: AT_FDCWD, path: "/")
        depth = [components.count]
        components.append(try Self.component(descriptor, path: "/", container: nil))
        return descriptor
    }

    private mutating func parent(of directory: borrowing Descriptor) throws(PathError) -> Descriptor {
        let descriptor = try Self.opened("..", Self.examining | O_DIRECTORY, in: directory.number, path: here(".."))
        if depth.count > 1 { depth.removeLast() }
        return descriptor
    }

    private mutating func enter(_ name: String, in directory: borrowing Descriptor) throws(PathError) -> Descriptor {
        let path = here(name)
        let entry = try Self.opened(name, Self.examining | O_NOFOLLOW, in: directory.number, path: path)
        components.append(try Self.component(entry, path: path, container: depth.last))
        return entry
    }

    private mutating func target(of link: borrowing Descriptor) throws(PathError) -> String {
        links += 1
        let path = components.last?.path ?? ""
        guard links <= Self.maximumLinks else { throw PathError(ELOOP, path) }
        var text = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe text.withUnsafeMutableBytes { unsafe read(link: link.number, into: $0) }
        guard count > 0 else { throw PathError(count < 0 ? errno : ENOENT, path) }
        return String(decoding: text.prefix(count), as: UTF8.self)
    }

    /// Opens the target and examines it once more, so that the opened file is the judged one.
    private mutating func finish(
        _ name: String, _ entry: consuming Descriptor?, in directory: borrowing Descriptor, _ flags: Int32?
    ) throws(PathError) -> Outcome {
        let path = components.last?.path ?? "/"
        let container = components.last?.container
        guard let flags else {
            let descriptor = if let entry { entry } else { try Self.opened(name, Self.examining, in: directory.number, path: path) }
            let identity = OpenedPath.Identity(try Self.status(descriptor, path))
            return Outcome(descriptor: descriptor, components: components, identity: identity)
        }
        // Non-blocking, so that a FIFO in the file's place cannot hang a start.
        let opened = try Self.opened(
            name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, in: directory.number, path: path)
        let identity = OpenedPath.Identity(try Self.status(opened, path))
        components[components.count - 1] = try Self.component(opened, path: path, container: container)
        return Outcome(descriptor: opened, components: components, identity: identity)
    }

    private func here(_ name: String) -> String {
        let directory = depth.last.map { components[$0].path } ?? "/"
        return directory == "/" ? "/" + name : directory + "/" + name
    }

    // MARK: System calls

    #if os(Linux)
        /// `O_PATH`, which the headers hide from Swift: a descriptor that needs no right to read.
        private static let examining: Int32 = 0o10000000 | O_CLOEXEC
    #else
        private static let examining: Int32 = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_SYMLINK
    #endif

    /// The text of a link that is open itself.
    private func read(link: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let start = buffer.baseAddress else { return 0 }
        return unsafe readlinkat(link, "", start, buffer.count)
    }

    private static func workingDirectory() throws(PathError) -> String {
        guard let text = unsafe getcwd(nil, 0) else { throw PathError(errno, ".") }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    private static func opened(_ name: String, _ flags: Int32, in directory: Int32, path: String) throws(PathError) -> Descriptor {
        while true {
            let number = unsafe openat(directory, name, flags)
            if number >= 0 { return Descriptor(owning: number) }
            guard errno == EINTR else { throw PathError(errno, path) }
        }
    }

    private static func status(_ descriptor: borrowing Descriptor, _ path: String) throws(PathError) -> stat {
        var status = stat()
        guard unsafe fstat(descriptor.number, &status) == 0 else { throw PathError(errno, path) }
        return status
    }

    private static func component(
        _ descriptor: borrowing Descriptor, path: String, container: Int?
    ) throws(PathError) -> PathComponent {
        let status = try status(descriptor, path)
        var volume = statvfs()
        // A volume without this flag counts as writable.
        let isReadOnly = unsafe fstatvfs(descriptor.number, &volume) == 0 && UInt64(volume.f_flag) & UInt64(ST_RDONLY) != 0
        let kind: PathComponent.Kind =
            switch status.st_mode & S_IFMT {
            case S_IFDIR: .directory
            case S_IFREG: .file
            case S_IFLNK: .link
            default: .other
            }
        // The mode shows the mask of an access control list as the rights of the group: without those nobody else has any.
        let list = kind != .link && status.st_mode & 0o070 != 0 ? accessList(at: path) : nil
        return PathComponent(
            path: path, kind: kind, owner: UInt32(status.st_uid), group: UInt32(status.st_gid), mode: UInt32(status.st_mode) & 0o7777,
            isReadOnly: isReadOnly, accessList: list, container: container)
    }

    private static func accessList(at path: String) -> AccessControlList? {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe gatehouse_access_list(path, $0.baseAddress, $0.count) }
        return count > 0 ? AccessControlList(attribute: Array(bytes.prefix(count))) : nil
    }
}
