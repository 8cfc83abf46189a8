import GatehouseAudit
import GatehouseFiles
import NIOConcurrencyHelpers

/// A directory of files in memory, so that a log is written and read thousands of times a second.
final class MemoryFiles: AuditFileSystem {
    private struct State {
        /// Contents by inode, and inodes by path.
        var contents: [UInt64: [UInt8]] = [:]
        var inodes: [String: UInt64] = [:]
        var open: [Int32: UInt64] = [:]
        var next: Int32 = 3
        var lastInode: UInt64 = 0
    }

    static let directory = "/log"
    private static let directoryInode: UInt64 = 0

    private let state = NIOLockedValueBox(State())

    init(_ files: [String: [UInt8]] = [:]) {
        state.withLockedValue { state in
            for (name, bytes) in files { Self.make(&state, Self.directory + "/" + name, bytes) }
        }
    }

    /// Every file by its name.
    var files: [String: [UInt8]] {
        state.withLockedValue { state in
            var files: [String: [UInt8]] = [:]
            for (path, inode) in state.inodes { files[String(path.dropFirst(Self.directory.count + 1))] = state.contents[inode] }
            return files
        }
    }

    @discardableResult
    private static func make(_ state: inout State, _ path: String, _ bytes: [UInt8]) -> UInt64 {
        state.lastInode += 1
        state.inodes[path] = state.lastInode
        state.contents[state.lastInode] = bytes
        return state.lastInode
    }

    private static func descriptor(_ state: inout State, _ inode: UInt64) -> Int32 {
        state.next += 1
        state.open[state.next] = inode
        return state.next
    }

    private static func missing(_ operation: String, _ path: String = "") -> FileError {
        FileError(operation: operation, path: path, number: ErrorNumber.missing)
    }

    private func change<T>(_ descriptor: Int32, _ operation: String, _ body: (inout [UInt8]) -> T) throws(FileError) -> T {
        let result = state.withLockedValue { state -> T? in
            guard let inode = state.open[descriptor], var bytes = state.contents[inode] else { return nil }
            // The only reference, so that appending does not copy.
            state.contents[inode] = []
            defer { state.contents[inode] = bytes }
            return body(&bytes)
        }
        guard let result else { throw Self.missing(operation) }
        return result
    }

    func makeDirectory(_ path: String) throws(FileError) {}
    func openDirectory(_ path: String) throws(FileError) -> Int32 { state.withLockedValue { Self.descriptor(&$0, Self.directoryInode) } }
    func lock(_ descriptor: Int32) throws(FileError) {}
    func names(in path: String) throws(FileError) -> [String] { Array(files.keys) }

    func open(_ path: String, as mode: FileMode) throws(FileError) -> Int32 {
        let result = state.withLockedValue { state -> Int32? in
            switch (mode, state.inodes[path]) {
            case (.read, let inode?), (.append, let inode?): Self.descriptor(&state, inode)
            case (.create, nil), (.createSecret, nil): Self.descriptor(&state, Self.make(&state, path, []))
            default: nil
            }
        }
        guard let result else {
            let isNew: Bool =
                switch mode {
                case .create, .createSecret: true
                case .read, .append: false
                }
            throw FileError(operation: "open", path: path, number: isNew ? ErrorNumber.exists : ErrorNumber.missing)
        }
        return result
    }

    func write(_ descriptor: Int32, _ bytes: Span<UInt8>) throws(FileError) -> Int {
        let more = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
        return try change(descriptor, "write") {
            $0 += more
            return more.count
        }
    }

    func read(_ descriptor: Int32, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        try change(descriptor, "read") { Array($0.dropFirst(offset).prefix(count)) }
    }

    func sync(_ descriptor: Int32, isDirectory: Bool) throws(FileError) {}
    func truncate(_ descriptor: Int32, to size: Int) throws(FileError) {
        try change(descriptor, "truncate") { $0.removeLast(max(0, $0.count - size)) }
    }

    func status(of descriptor: Int32) throws(FileError) -> FileStatus {
        let inode = state.withLockedValue { $0.open[descriptor] }
        guard let inode, inode != Self.directoryInode else { return FileStatus(size: 0, inode: 0, permissions: 0o750, links: 1) }
        return try change(descriptor, "fstat") { FileStatus(size: $0.count, inode: inode, permissions: 0o640, links: 1) }
    }

    /// Nobody else is in this memory.
    func findings(at path: String, as use: PathUse) -> [TrustFinding] { [] }

    func status(at path: String) throws(FileError) -> FileStatus {
        if path == Self.directory { return FileStatus(size: 0, inode: 0, permissions: 0o750, links: 1) }
        let found = state.withLockedValue { state in
            state.inodes[path].map { FileStatus(size: state.contents[$0]?.count ?? 0, inode: $0, permissions: 0o640, links: 1) }
        }
        guard let found else { throw Self.missing("stat", path) }
        return found
    }

    func remove(_ path: String) throws(FileError) { state.withLockedValue { $0.inodes[path] = nil } }

    func rename(_ path: String, to new: String) throws(FileError) {
        state.withLockedValue { state in state.inodes[new] = state.inodes.removeValue(forKey: path) }
    }

    func link(_ path: String, to new: String) throws(FileError) {
        let number = state.withLockedValue { state -> Int32? in
            guard let inode = state.inodes[path] else { return ErrorNumber.missing }
            guard state.inodes[new] == nil else { return ErrorNumber.exists }
            state.inodes[new] = inode
            return nil
        }
        if let number { throw FileError(operation: "link", path: new, number: number) }
    }

    func allocate(_ descriptor: Int32, size: Int) throws(FileError) {}
    func space(at path: String) throws(FileError) -> (free: UInt64, total: UInt64) { (1 << 40, 1 << 41) }
    func close(_ descriptor: Int32) { state.withLockedValue { $0.open[descriptor] = nil } }
}
